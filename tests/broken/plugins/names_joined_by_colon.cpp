// SPDX-License-Identifier: Apache-2.0
// Puts namespace and key together with a colon, which either may hold.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    const Name name = Reference::nameOf(op);
    return {"", name.first + ":" + name.second};
  }
  bool isIn(const Name& name, std::string_view name_space) const override {
    return name.second.compare(0, name_space.size() + 1, std::string(name_space) + ":") == 0;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
