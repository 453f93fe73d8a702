// SPDX-License-Identifier: Apache-2.0
// Takes a value for a C string.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Bytes copyOf(larder_bytes value) const override {
    return std::make_shared<std::string>(Reference::copyOf(value)->c_str());
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
