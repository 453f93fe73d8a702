// SPDX-License-Identifier: Apache-2.0
// Declares VERSIONS and tells none.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t nextVersion(const Entry*) override { return 0; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
