// SPDX-License-Identifier: Apache-2.0
// Counts, but has no table that says so.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    return id == LARDER_ATOMIC ? nullptr : Reference::extension(id);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
