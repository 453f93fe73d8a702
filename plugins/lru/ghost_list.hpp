// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_GHOST_LIST_HPP
#define LARDER_LRU_GHOST_LIST_HPP

#include <array>
#include <cstdint>
#include <memory>

namespace larder::lru {

/// Remembers hashes of evicted entries, and which queue they left, for about as many evictions as the shard
/// has entries. Four bytes each: a fingerprint of 16 bits, the queue, and when, in a table of 16 per cache
/// line. So it forgets by age, a few too early where a line is full, and takes one miss in some thousands for
/// a memory. Not thread-safe.
class GhostList {
 public:
  enum class Ghost { none, small, main };

  /// Makes room for the ghosts of so many entries. Forgets all if that changes much.
  void fit(std::uint64_t entries);
  void remember(std::uint64_t hash, Ghost queue);
  /// Which queue the entry left, if that is not too long ago; forgets it.
  Ghost recall(std::uint64_t hash);
  void clear();
  /// Starts loading what the other functions look at.
  void prefetch(std::uint64_t hash) const {
    if (table_ != nullptr) __builtin_prefetch(&lineOf(hash));
  }

  /// How many are remembered, about.
  std::uint64_t count(Ghost queue) const { return of(queue).count; }
  std::uint64_t bytes() const { return lines_ * sizeof(Line); }

 private:
  static constexpr std::uint32_t kPerLine = 16;
  struct Queue {
    std::uint64_t clock = 0;   // evictions
    std::uint64_t window = 0;  // evictions that are remembered
    std::uint64_t count = 0;
  };
  struct alignas(64) Line {
    std::array<std::uint32_t, kPerLine> ghosts;  // fingerprint, queue, time; 0 for none
  };

  const Queue& of(Ghost queue) const { return queues_[queue == Ghost::main ? 1 : 0]; }
  Queue& of(Ghost queue) { return queues_[queue == Ghost::main ? 1 : 0]; }
  Line& lineOf(std::uint64_t hash) const { return table_[((hash & 0xffffffff) * lines_) >> 32]; }
  void agesOf(const Line& line, std::array<std::uint32_t, kPerLine>& ages) const;

  std::uint64_t entries_ = 0;
  std::uint64_t lines_ = 0;
  unsigned shift_ = 0;  // evictions per unit of time, a power of two
  std::array<Queue, 2> queues_;
  std::unique_ptr<Line[]> table_;
};

}  // namespace larder::lru

#endif
