// SPDX-License-Identifier: Apache-2.0
// TOUCH does not shorten a ttl.
#include "reference.hpp"

#include <algorithm>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status touch(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    Entry* entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    entry->expiresNs = std::max(entry->expiresNs, expiryOf(op.ttl_ms));
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
