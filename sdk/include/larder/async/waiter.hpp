// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_WAITER_HPP
#define LARDER_ASYNC_WAITER_HPP

#include <larder/abi.h>
#include <larder/async/caller_signal.hpp>

#include <atomic>
#include <cstdint>

namespace larder::plugin {

/// Blocks a submit call whose operations have no `complete`. Lives on the caller's stack.
class Waiter {
 public:
  /// Adds one operation to wait for. Call it before any operation is handed over, or while another one that
  /// was added cannot finish yet.
  void expect() { outstanding_.fetch_add(1, std::memory_order_relaxed); }

  /// Stores the final status and counts one operation as done. Any thread may call it, once for each
  /// operation. The Waiter may be destroyed as soon as the last call has counted.
  void finish(larder_status& result, larder_status status) noexcept;

  bool isDone() const noexcept { return signal_.number() == done; }

  /// Blocks until all operations are done, which is bounded because every operation has a deadline by then.
  void wait() noexcept;

 private:
  static constexpr std::uint32_t done = 1;

  std::atomic<std::uint32_t> outstanding_{0};
  CallerSignal signal_;
};

}  // namespace larder::plugin

#endif
