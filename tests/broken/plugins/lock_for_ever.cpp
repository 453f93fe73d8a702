// SPDX-License-Identifier: Apache-2.0
// A lock has no end.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op& op) override {
    op.ttl_ms = LARDER_TTL_MAX_MS;
    return Reference::lock(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
