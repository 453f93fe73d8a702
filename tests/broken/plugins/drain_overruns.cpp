// SPDX-License-Identifier: Apache-2.0
// Drains for a second, whatever the deadline.
#include "reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status drain(std::uint64_t) noexcept override {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
