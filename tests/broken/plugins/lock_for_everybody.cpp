// SPDX-License-Identifier: Apache-2.0
// Gives a lock to whoever asks.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op& op) override {
    {
      const std::lock_guard guard(mutex_);
      locks_.erase(nameOf(op));
    }
    return Reference::lock(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
