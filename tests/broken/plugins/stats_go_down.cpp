// SPDX-License-Identifier: Apache-2.0
// Keeps its counter of hits in one bit.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    Reference::stats(stats);
    stats.hits %= 2;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
