// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_EVENTUALLY_HPP
#define LARDER_CONFORMANCE_EVENTUALLY_HPP

#include <algorithm>
#include <chrono>
#include <thread>

#include "scale.hpp"

namespace larder::conformance {

/// Waits until `condition` holds, for conditions that no event announces. Returns false if it does not hold
/// within `limit`.
///
/// Blocks. Polls after 50 us at first, about the time that a plugin's answer takes, and less often with time,
/// every 13 ms in the end, so that a long wait leaves the processor to the awaited work.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition,
                              std::chrono::milliseconds limit = kSlowdown * std::chrono::seconds(5)) {
  constexpr std::chrono::microseconds longest_pause{12'800};
  const auto end = std::chrono::steady_clock::now() + limit;
  for (std::chrono::microseconds pause{50}; !condition(); pause = std::min(2 * pause, longest_pause)) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace larder::conformance

#endif
