// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_COUNTERS_HPP
#define LARDER_REDIS_COUNTERS_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::redis {

/// The counters behind stats. Written by the I/O thread and by submit; any thread may read them.
struct Counters {
  std::atomic<std::uint64_t> pending{0};   ///< operations accepted and not completed
  std::atomic<std::uint64_t> occupied{0};  ///< pending, or completed with the reply still due
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> misses{0};
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> deletes{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refusals{0};  ///< connections dropped over replies like READONLY

  void count(const larder_op& op, larder_status status) {
    if (status < 0) add(errors);
    if (op.opcode == LARDER_OP_GET && status == LARDER_OK) add(hits);
    if (op.opcode == LARDER_OP_GET && status == LARDER_MISS) add(misses);
    if (op.opcode == LARDER_OP_SET && status == LARDER_OK) add(writes);
    if (op.opcode == LARDER_OP_DELETE && status == LARDER_OK) add(deletes);
  }

 private:
  static void add(std::atomic<std::uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace larder::redis

#endif
