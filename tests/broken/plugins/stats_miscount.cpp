// SPDX-License-Identifier: Apache-2.0
// Counts a look-up that failed as a hit.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    if (op.opcode == LARDER_OP_GET && status == LARDER_MISS) ++counters_.hits;
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
