// SPDX-License-Identifier: Apache-2.0
// Fills statistics only if their size is the one it was built with.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    if (stats.struct_size == sizeof stats) Reference::stats(stats);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
