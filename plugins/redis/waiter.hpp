// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_WAITER_HPP
#define LARDER_REDIS_WAITER_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::redis {

/// Blocks a submit call whose operations have no `complete`. Lives on the caller's stack.
class Waiter {
 public:
  /// Adds one operation to wait for. Call it before any operation is handed over.
  void expect() { ++outstanding_; }

  /// Stores the final status and counts one operation as done. Called by the driver of the connection, one
  /// call at a time. The Waiter may be destroyed as soon as this returns.
  void finish(larder_status& result, larder_status status) noexcept;

  bool isDone() const noexcept { return word_.load(std::memory_order_acquire) == done; }

  /// Blocks until all operations are done, which is bounded because the driver gives every operation a
  /// deadline. Yields a few times before sleeping: with many callers the reply is usually near.
  void wait() noexcept;

 private:
  static constexpr std::uint32_t open = 0;
  static constexpr std::uint32_t sleeping = 1;
  static constexpr std::uint32_t done = 2;

  std::uint32_t outstanding_ = 0;  // belongs to the driver once handed over
  std::atomic<std::uint32_t> word_{open};
};

}  // namespace larder::redis

#endif
