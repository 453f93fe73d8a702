// SPDX-License-Identifier: Apache-2.0
#include "counters.hpp"

namespace larder::memcached {

void Counters::count(std::uint32_t opcode, larder_status status) {
  if (status < 0) return add(errors_);
  if (opcode == LARDER_OP_GET) return add(status == LARDER_OK ? hits_ : misses_);
  if (status != LARDER_OK) return;
  const bool isWrite =
      opcode == LARDER_OP_SET || opcode == LARDER_OP_INCREMENT || opcode == LARDER_OP_COMPARE_SET;
  if (isWrite) add(writes_);
  if (opcode == LARDER_OP_DELETE) add(deletes_);
}

void Counters::fill(larder_stats& stats) const {
  const auto read = [](const Counter& counter) { return counter.load(std::memory_order_relaxed); };
  if (LARDER_HAS(&stats, larder_stats, hits)) stats.hits = read(hits_);
  if (LARDER_HAS(&stats, larder_stats, misses)) stats.misses = read(misses_);
  if (LARDER_HAS(&stats, larder_stats, writes)) stats.writes = read(writes_);
  if (LARDER_HAS(&stats, larder_stats, deletes)) stats.deletes = read(deletes_);
  if (LARDER_HAS(&stats, larder_stats, errors)) stats.errors = read(errors_);
  if (LARDER_HAS(&stats, larder_stats, reconnects)) stats.reconnects = read(reconnects_);
}

}  // namespace larder::memcached
