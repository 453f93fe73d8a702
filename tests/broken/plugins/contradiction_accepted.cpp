// SPDX-License-Identifier: Apache-2.0
// Does as if IF_ABSENT were not there where it contradicts another flag.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if ((op.flags & (LARDER_IF_PRESENT | LARDER_KEEP_TTL)) != 0) op.flags &= ~LARDER_IF_ABSENT;
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
