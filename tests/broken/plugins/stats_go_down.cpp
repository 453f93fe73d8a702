// SPDX-License-Identifier: Apache-2.0
// Begins to count anew when it was asked.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    Reference::stats(stats);
    if (!LARDER_HAS(&stats, larder_stats, hits)) return;
    const std::uint64_t hits = stats.hits;
    stats.hits -= told_.load();
    told_ = hits;
  }

 private:
  mutable std::atomic<std::uint64_t> told_{0};
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
