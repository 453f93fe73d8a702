// SPDX-License-Identifier: Apache-2.0
// INCREMENT gives an existing number the operation's ttl.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    const larder_status status = Reference::increment(op);
    const std::lock_guard lock(mutex_);
    Entry* entry = find(op);
    if (status == LARDER_OK && entry != nullptr) entry->expiresNs = expiryOf(op.ttl_ms);
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
