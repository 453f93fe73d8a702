// SPDX-License-Identifier: Apache-2.0
// Keeps what it was given if a condition did not hold.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    const larder_status status = Reference::set(op);
    if (status == LARDER_NOT_STORED) op.donated.release = nullptr;
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
