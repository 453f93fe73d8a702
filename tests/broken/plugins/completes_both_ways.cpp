// SPDX-License-Identifier: Apache-2.0
// Answers OK from submit and calls complete as well.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    AsyncReference::submit(ops, count, results);
    for (std::uint32_t i = 0; i < count; ++i)
      if (results[i] == LARDER_PENDING && ops[i]->opcode == LARDER_OP_SET) results[i] = LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
