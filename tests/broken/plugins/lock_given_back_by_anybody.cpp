// SPDX-License-Identifier: Apache-2.0
// UNLOCK does not look at the token.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status unlock(larder_op& op) override {
    const std::lock_guard guard(mutex_);
    return locks_.erase(nameOf(op)) > 0 ? LARDER_OK : LARDER_MISS;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
