// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGGING_LOG_LIMIT_HPP
#define LARDER_LOGGING_LOG_LIMIT_HPP

#include <atomic>
#include <chrono>

namespace larder::host {

/// Admits one line per interval, so that a fault repeated on every request does not flood the log; metrics
/// count the requests. Thread-safe.
class LogLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit LogLimit(Clock::duration interval) : interval_(interval) {}

  /// Returns true to the one caller that may log now.
  bool admits(Clock::time_point now = Clock::now()) {
    auto next = next_.load(std::memory_order_relaxed);
    return now >= next && next_.compare_exchange_strong(next, now + interval_, std::memory_order_relaxed);
  }

 private:
  const Clock::duration interval_;
  std::atomic<Clock::time_point> next_{Clock::time_point::min()};
};

}  // namespace larder::host

#endif
