// SPDX-License-Identifier: Apache-2.0
// Ignores IF_PRESENT.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  bool conditionsHold(const larder_op& op, const Entry* entry) const override {
    return (op.flags & LARDER_IF_PRESENT) != 0 || Reference::conditionsHold(op, entry);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
