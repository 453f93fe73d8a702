// SPDX-License-Identifier: Apache-2.0
// Has a table for every extension that is asked for.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view) noexcept override { return &plugin::implemented; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
