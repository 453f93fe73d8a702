// SPDX-License-Identifier: Apache-2.0
// TOUCH of a missing key answers OK.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status touch(larder_op& op) override {
    Reference::touch(op);
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
