// SPDX-License-Identifier: Apache-2.0
// Asks its store for the statistics, which takes 5 ms.
#include "reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Reference::stats(stats);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
