// SPDX-License-Identifier: Apache-2.0
// After a failure, the rest of a batch fails too.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    larder_status failure = LARDER_OK;
    for (std::uint32_t i = 0; i < count; ++i) {
      results[i] = failure < 0 ? failure : answer(*ops[i]);
      if (results[i] < 0) failure = results[i];
    }
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
