// SPDX-License-Identifier: Apache-2.0
// Compares an extension's id as far as its own goes.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    return Reference::extension(id.substr(0, std::string_view(LARDER_LOCK).size()));
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
