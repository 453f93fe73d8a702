// SPDX-License-Identifier: Apache-2.0
// Compares the version under one lock and stores under the next.
#include "reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    if ((op.flags & LARDER_IF_VERSION) == 0) return Reference::set(op);
    {
      const std::lock_guard lock(mutex_);
      if (!conditionsHold(op, find(op))) return LARDER_NOT_STORED;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::lock_guard lock(mutex_);
    store(op, find(op));
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
