// SPDX-License-Identifier: Apache-2.0
// Clearing the empty namespace clears them all.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  bool isIn(const Name& name, std::string_view name_space) const override {
    return name_space.empty() || Reference::isIn(name, name_space);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
