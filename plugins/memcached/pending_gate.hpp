// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PENDING_GATE_HPP
#define LARDER_MEMCACHED_PENDING_GATE_HPP

#include <larder/async/operation_limit.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace larder::memcached {

/// Admits operations up to a maximum count and total size in bytes, and knows when the last one has finished.
/// Thread-safe.
class PendingGate {
 public:
  PendingGate(std::uint64_t limit, std::uint64_t byteLimit) : limit_(limit, byteLimit) {}

  /// Takes a place for an operation of `bytes` bytes; returns false if none is free. A single operation
  /// always fits, however large it is.
  bool enter(std::uint64_t bytes);
  /// Gives the place back. The operation's callback may still be running, so that it can submit again.
  void leave(std::uint64_t bytes) { limit_.leave(bytes); }
  /// Records that an operation's callback has returned.
  void finish();

  std::uint64_t pending() const { return limit_.entered(); }

  /// Blocks until every operation that entered has finished; returns false if `timeout` expires first.
  bool waitUntilEmpty(std::chrono::nanoseconds timeout);

 private:
  plugin::OperationLimit limit_;
  std::atomic<std::uint64_t> unfinished_{0};
  std::mutex mutex_;
  std::condition_variable emptied_;
};

}  // namespace larder::memcached

#endif
