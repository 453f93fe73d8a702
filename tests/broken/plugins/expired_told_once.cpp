// SPDX-License-Identifier: Apache-2.0
// Drops an expired entry only when it has been told once more.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(nameOf(op));
    if (found == entries_.end()) return LARDER_MISS;
    op.result = lend(found->second.value);
    op.version = found->second.version;
    if (isExpired(found->second)) entries_.erase(found);
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
