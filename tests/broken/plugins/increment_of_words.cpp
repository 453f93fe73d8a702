// SPDX-License-Identifier: Apache-2.0
// Takes what is no number for 0.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    const larder_status status = Reference::increment(op);
    if (status != LARDER_NOT_STORED) return status;
    erase(op);
    return Reference::increment(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
