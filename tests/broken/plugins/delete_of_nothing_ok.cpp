// SPDX-License-Identifier: Apache-2.0
// DELETE of a missing key answers OK.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status erase(larder_op& op) override {
    const larder_status status = Reference::erase(op);
    return status == LARDER_MISS ? LARDER_OK : status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
