// SPDX-License-Identifier: Apache-2.0
// Keeps a ttl in 32 bits.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t expiryOf(std::int64_t ttl_ms) const override {
    return Reference::expiryOf(ttl_ms == LARDER_TTL_NONE ? ttl_ms : ttl_ms & 0xffff'ffff);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
