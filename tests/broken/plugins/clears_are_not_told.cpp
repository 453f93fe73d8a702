// SPDX-License-Identifier: Apache-2.0
// Tells keys alone: of a namespace that was cleared nobody hears.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    if (op.opcode == LARDER_OP_CLEAR_NAMESPACE) return std::nullopt;
    return ListeningReference::changeOf(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
