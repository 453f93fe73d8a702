// SPDX-License-Identifier: Apache-2.0
// Takes an empty value for none.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const larder_status status = Reference::get(op);
    return status == LARDER_OK && op.result.size == 0 ? LARDER_MISS : status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
