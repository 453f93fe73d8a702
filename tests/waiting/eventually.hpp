// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_WAITING_EVENTUALLY_HPP
#define LARDER_WAITING_EVENTUALLY_HPP

#include <algorithm>
#include <chrono>
#include <thread>

namespace larder::tests {

/// Waits until `condition` holds, for conditions that no event announces. Returns false if it does not hold
/// within `limit`, whose default is meant for a sanitizer build on a busy machine.
///
/// Blocks. Polls after 1 ms at first and less often with time, every 16 ms in the end, so that a long wait
/// leaves the processor to the awaited work.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  constexpr std::chrono::milliseconds longest_pause{16};
  const auto end = std::chrono::steady_clock::now() + limit;
  for (std::chrono::milliseconds pause{1}; !condition(); pause = std::min(2 * pause, longest_pause)) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace larder::tests

#endif
