// SPDX-License-Identifier: Apache-2.0
// Tells versions and does not declare VERSIONS.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override { return Reference::capabilities() & ~LARDER_CAP_VERSIONS; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
