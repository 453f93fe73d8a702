// SPDX-License-Identifier: Apache-2.0
// Answers a batch in the reverse order.
#include "reference.hpp"

#include <algorithm>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    Reference::submit(ops, count, results);
    for (std::uint32_t i = 0; i < count / 2; ++i) {
      std::swap(results[i], results[count - 1 - i]);
      std::swap(ops[i]->result, ops[count - 1 - i]->result);
    }
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
