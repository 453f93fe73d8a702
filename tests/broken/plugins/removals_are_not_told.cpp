// SPDX-License-Identifier: Apache-2.0
// Tells what was written, and not what was removed.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    if (op.opcode == LARDER_OP_DELETE) return std::nullopt;
    return ListeningReference::changeOf(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
