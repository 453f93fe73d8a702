// SPDX-License-Identifier: Apache-2.0
// Writes the remaining ttl into every operation.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.result_ttl_ms = 0;
    op.result_number = 0;
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
