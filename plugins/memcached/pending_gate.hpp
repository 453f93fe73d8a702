// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PENDING_GATE_HPP
#define LARDER_MEMCACHED_PENDING_GATE_HPP

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace larder::memcached {

/// Lets a bounded number of operations in, and knows when the last one has gone. Thread-safe.
class PendingGate {
 public:
  explicit PendingGate(std::uint64_t limit) : limit_(limit) {}

  /// Takes a place; false if there is none.
  bool enter();
  /// Gives the place back. The operation's callback may still run, so that it can submit again.
  void leave() { pending_.fetch_sub(1, std::memory_order_relaxed); }
  /// The callback has returned.
  void finish();

  std::uint64_t pending() const { return pending_.load(std::memory_order_relaxed); }

  /// Waits until every operation that entered has finished; false if `timeout` came first.
  bool waitUntilEmpty(std::chrono::nanoseconds timeout);

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> pending_{0};
  std::atomic<std::uint64_t> unfinished_{0};
  std::mutex mutex_;
  std::condition_variable emptied_;
};

}  // namespace larder::memcached

#endif
