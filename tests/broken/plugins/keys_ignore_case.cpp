// SPDX-License-Identifier: Apache-2.0
// A and a are one key.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    Name name = Reference::nameOf(op);
    for (char& byte : name.second)
      if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    return name;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
