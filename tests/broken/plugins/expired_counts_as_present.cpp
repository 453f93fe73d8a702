// SPDX-License-Identifier: Apache-2.0
// Conditions see entries that have expired.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(nameOf(op));
    Entry* old = found != entries_.end() ? &found->second : nullptr;
    if (!conditionsHold(op, old)) return LARDER_NOT_STORED;
    store(op, old);
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
