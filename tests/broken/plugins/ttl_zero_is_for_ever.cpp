// SPDX-License-Identifier: Apache-2.0
// Takes a ttl of 0 for none at all.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if (op.ttl_ms == 0) op.ttl_ms = LARDER_TTL_NONE;
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
