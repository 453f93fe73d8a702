// SPDX-License-Identifier: Apache-2.0
// Clears 64 entries and takes that for all.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status clearNamespace(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    int left = 64;
    for (auto at = entries_.begin(); at != entries_.end() && left > 0;) {
      if (!isIn(at->first, plugin::view(op.name_space))) {
        ++at;
        continue;
      }
      at = entries_.erase(at);
      --left;
    }
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
