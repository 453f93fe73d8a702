// SPDX-License-Identifier: Apache-2.0
//
// A backend whose opening hangs longer than any test waits.
#include <larder/plugin.hpp>

#include <chrono>
#include <thread>

namespace {

class Hanging final : public larder::plugin::Backend {
 public:
  static larder::plugin::Info info() { return {"Larder's tests", "Apache-2.0"}; }
  Hanging(larder::plugin::Host, const larder::plugin::Settings&) {
    std::this_thread::sleep_for(std::chrono::hours(1));
  }

  std::uint64_t capabilities() const override {
    return LARDER_CAP_ASYNC | larder::plugin::allCoreCapabilities;
  }
  void submit(larder_op* const*, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) results[i] = LARDER_UNAVAILABLE;
  }
};

}  // namespace

LARDER_PLUGIN(Hanging, "hanging", "1.0.0")
