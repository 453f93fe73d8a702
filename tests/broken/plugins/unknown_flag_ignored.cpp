// SPDX-License-Identifier: Apache-2.0
// Ignores flags that it does not know.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.flags &= LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_IF_VERSION | LARDER_KEEP_TTL | LARDER_DONATE;
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
