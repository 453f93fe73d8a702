// SPDX-License-Identifier: Apache-2.0
// A new value gets the ttl of the old one.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    const std::uint64_t expiresNs = old != nullptr ? old->expiresNs : expiryOf(op.ttl_ms);
    Reference::store(op, old);
    entries_.at(nameOf(op)).expiresNs = expiresNs;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
