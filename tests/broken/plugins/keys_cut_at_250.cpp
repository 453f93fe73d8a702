// SPDX-License-Identifier: Apache-2.0
// Keeps the first 249 bytes of a key.
#include "reference.hpp"

#include <algorithm>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    Name name = Reference::nameOf(op);
    name.second.resize(std::min<std::size_t>(name.second.size(), 249));
    return name;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
