// SPDX-License-Identifier: Apache-2.0
// Does not give back the memory of a value that was released.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_value lend(const Bytes& value) const override {
    larder_value lent = Reference::lend(value);
    lent.release = [](void*) {};
    return lent;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
