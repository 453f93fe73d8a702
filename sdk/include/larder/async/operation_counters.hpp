// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_OPERATION_COUNTERS_HPP
#define LARDER_ASYNC_OPERATION_COUNTERS_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::plugin {

/// The counters behind a backend's stats. Any thread may count and read.
struct OperationCounters {
  std::atomic<std::uint64_t> pending{0};  ///< operations accepted and not completed
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> misses{0};
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> deletes{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> connections{0};  ///< connections made, including the first one

  /// Counts the final status of an operation.
  void count(std::uint32_t opcode, larder_status status) {
    if (status < 0) add(errors);
    if (opcode == LARDER_OP_GET && status == LARDER_OK) add(hits);
    if (opcode == LARDER_OP_GET && status == LARDER_MISS) add(misses);
    if (opcode == LARDER_OP_SET && status == LARDER_OK) add(writes);
    if (opcode == LARDER_OP_DELETE && status == LARDER_OK) add(deletes);
  }

  /// Writes the counters into `stats`, which has room for every member, as Backend::stats receives it.
  void fill(larder_stats& stats) const {
    const std::uint64_t made = connections.load(std::memory_order_relaxed);
    stats.pending = pending.load(std::memory_order_relaxed);
    stats.hits = hits.load(std::memory_order_relaxed);
    stats.misses = misses.load(std::memory_order_relaxed);
    stats.writes = writes.load(std::memory_order_relaxed);
    stats.deletes = deletes.load(std::memory_order_relaxed);
    stats.errors = errors.load(std::memory_order_relaxed);
    stats.reconnects = made > 0 ? made - 1 : 0;
  }

 private:
  static void add(std::atomic<std::uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace larder::plugin

#endif
