// SPDX-License-Identifier: Apache-2.0
// Ignores flags on opcodes that do not take them.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode != LARDER_OP_SET && op.opcode != LARDER_OP_DELETE) op.flags &= ~LARDER_IF_VERSION;
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
