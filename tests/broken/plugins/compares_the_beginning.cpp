// SPDX-License-Identifier: Apache-2.0
// COMPARE_SET compares as many bytes as it was given.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status compareSet(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const Entry* old = find(op);
    if (old == nullptr) return LARDER_MISS;
    if (old->value->compare(0, op.expected.size, plugin::view(op.expected)) != 0) return LARDER_NOT_STORED;
    put(op, old, op.value, expiryOf(op.ttl_ms));
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
