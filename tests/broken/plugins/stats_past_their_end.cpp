// SPDX-License-Identifier: Apache-2.0
// Fills all statistics that it knows, whatever room the host has.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    const std::uint32_t size = stats.struct_size;
    stats.struct_size = sizeof stats;
    Reference::stats(stats);
    stats.struct_size = size;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
