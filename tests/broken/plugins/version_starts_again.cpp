// SPDX-License-Identifier: Apache-2.0
// Counts versions by entry: a key set again after its deletion has an old version.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t nextVersion(const Entry* old) override { return old != nullptr ? old->version + 1 : 1; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
