// SPDX-License-Identifier: Apache-2.0
// Takes a key for a C string.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    Name name = Reference::nameOf(op);
    name.second = name.second.c_str();
    return name;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
