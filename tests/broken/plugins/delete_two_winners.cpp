// SPDX-License-Identifier: Apache-2.0
// Looks and deletes under one lock each: two callers may both have deleted it.
#include "reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status erase(larder_op& op) override {
    const larder_status status = exists(op);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    Reference::erase(op);
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
