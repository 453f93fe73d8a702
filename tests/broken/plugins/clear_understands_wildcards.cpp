// SPDX-License-Identifier: Apache-2.0
// A namespace that ends in an asterisk is a pattern.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  bool isIn(const Name& name, std::string_view name_space) const override {
    if (name_space.empty() || name_space.back() != '*') return Reference::isIn(name, name_space);
    name_space.remove_suffix(1);
    return name.first.compare(0, name_space.size(), name_space) == 0;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
