// SPDX-License-Identifier: Apache-2.0
// A GET restarts the ttl.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    constexpr std::uint64_t second_ns = 1'000'000'000;
    const larder_status status = Reference::get(op);
    const std::lock_guard lock(mutex_);
    Entry* entry = status == LARDER_OK ? find(op) : nullptr;
    if (entry != nullptr && entry->expiresNs != kNever) entry->expiresNs = host_.monotonicNs() + second_ns;
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
