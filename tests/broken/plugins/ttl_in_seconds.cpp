// SPDX-License-Identifier: Apache-2.0
// Takes milliseconds for seconds.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t expiryOf(std::int64_t ttl_ms) const override {
    const bool scales = ttl_ms != LARDER_TTL_NONE && ttl_ms < LARDER_TTL_MAX_MS / 1000;
    return Reference::expiryOf(scales ? ttl_ms * 1000 : ttl_ms);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
