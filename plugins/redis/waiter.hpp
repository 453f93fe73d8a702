// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_WAITER_HPP
#define LARDER_REDIS_WAITER_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::redis {

/// Where a submit waits whose operations have no `complete`. Lives on that caller's stack.
class Waiter {
 public:
  /// One more operation to wait for. Before any of them is handed over.
  void expect() { ++outstanding_; }

  /// Stores the final status and counts one operation as done. For the driver of the connection, one at a
  /// time. The Waiter may be gone afterwards.
  void finish(larder_status& result, larder_status status) noexcept;

  bool isDone() const noexcept { return word_.load(std::memory_order_acquire) == done; }

  /// Ends because the driver gives every operation a deadline. Yields a few times before it sleeps, as with
  /// many callers an answer is usually that near.
  void wait() noexcept;

 private:
  static constexpr std::uint32_t open = 0;
  static constexpr std::uint32_t sleeping = 1;
  static constexpr std::uint32_t done = 2;

  std::uint32_t outstanding_ = 0;  // the driver's, once handed over
  std::atomic<std::uint32_t> word_{open};
};

}  // namespace larder::redis

#endif
