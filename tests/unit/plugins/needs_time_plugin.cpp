// SPDX-License-Identifier: Apache-2.0
//
// A backend that answers only operations that leave it at least half a minute, and stores nothing.
#include <larder/plugin.hpp>

namespace {

constexpr larder_option kOptions[] = {
    larder::plugin::option("max_entries", LARDER_OPTION_INTEGER, "1", "not used", 0, 1 << 20)};
constexpr std::uint64_t kNeededNs = 30'000'000'000;

class NeedsTime final : public larder::plugin::Backend {
 public:
  static larder::plugin::Info info() { return {"Larder's tests", "Apache-2.0", kOptions, 1}; }
  NeedsTime(larder::plugin::Host host, const larder::plugin::Settings&) : host_(host) {}

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE; }

  larder_status get(larder_op& op) override { return enough(op) ? LARDER_MISS : LARDER_DEADLINE; }
  larder_status set(larder_op& op) override { return enough(op) ? LARDER_OK : LARDER_DEADLINE; }

 private:
  bool enough(const larder_op& op) const {
    return op.deadline_ns == 0 || op.deadline_ns >= host_.monotonicNs() + kNeededNs;
  }

  const larder::plugin::Host host_;
};

}  // namespace

LARDER_PLUGIN(NeedsTime, "needs_time", "1.0.0")
