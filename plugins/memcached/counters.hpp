// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_COUNTERS_HPP
#define LARDER_MEMCACHED_COUNTERS_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::memcached {

/// Counts the operations of a backend. Thread-safe.
class Counters {
 public:
  /// Counts one completed operation.
  void count(std::uint32_t opcode, larder_status status);
  void countReconnect() { add(reconnects_); }

  /// Fills in the event counters that `stats` has room for.
  void fill(larder_stats& stats) const;

 private:
  using Counter = std::atomic<std::uint64_t>;
  static void add(Counter& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

  Counter hits_{0};
  Counter misses_{0};
  Counter writes_{0};
  Counter deletes_{0};
  Counter errors_{0};
  Counter reconnects_{0};
};

}  // namespace larder::memcached

#endif
