// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_COUNTERS_HPP
#define LARDER_REDIS_COUNTERS_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::redis {

/// What stats reports. Written by the I/O thread and by submit, read by anyone.
struct Counters {
  std::atomic<std::uint64_t> pending{0};   ///< operations accepted and not completed
  std::atomic<std::uint64_t> occupied{0};  ///< requests: those, and the ones that await an answer in vain
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> misses{0};
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> deletes{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refusals{0};  ///< connections dropped because the server asked for another one

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
