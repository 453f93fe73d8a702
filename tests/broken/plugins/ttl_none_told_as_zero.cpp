// SPDX-License-Identifier: Apache-2.0
// TTL of an entry without one answers 0.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status ttl(larder_op& op) override {
    const larder_status status = Reference::ttl(op);
    if (op.result_ttl_ms == LARDER_TTL_NONE) op.result_ttl_ms = 0;
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
