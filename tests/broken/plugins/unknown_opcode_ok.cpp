// SPDX-License-Identifier: Apache-2.0
// Answers OK to opcodes that it does not know.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    return op.opcode > LARDER_OP_PING && status == LARDER_UNSUPPORTED ? LARDER_OK : status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
