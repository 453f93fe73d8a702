// SPDX-License-Identifier: Apache-2.0
// Reads the number under one lock and writes the sum under the next.
#include "reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    op.result_number = op.number;
    {
      const std::lock_guard lock(mutex_);
      if (const Entry* entry = find(op)) op.result_number += std::stoll(*entry->value);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::lock_guard lock(mutex_);
    put(op, find(op), plugin::bytes(std::to_string(op.result_number)), expiryOf(op.ttl_ms));
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
