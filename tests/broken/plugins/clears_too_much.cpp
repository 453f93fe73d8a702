// SPDX-License-Identifier: Apache-2.0
// Clearing abc clears abcd.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  bool isIn(const Name& name, std::string_view name_space) const override {
    return name.first.compare(0, name_space.size(), name_space) == 0;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
