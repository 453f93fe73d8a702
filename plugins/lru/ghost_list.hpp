// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_GHOST_LIST_HPP
#define LARDER_LRU_GHOST_LIST_HPP

#include <array>
#include <cstdint>
#include <memory>

namespace larder::lru {

/// Remembers the hashes of evicted entries and the queue that each was evicted from, for about as many
/// evictions as the shard has entries. A ghost takes four bytes (a 16-bit fingerprint, the queue and the
/// time) in a table of 16 ghosts per cache line. Ghosts are dropped by age, some too early where a line is
/// full, and one miss in a few thousand is mistaken for a ghost. Not thread-safe.
class GhostList {
 public:
  enum class Ghost { none, small, main };

  /// Makes room for the ghosts of `entries` entries. A large change of size forgets all ghosts.
  void fit(std::uint64_t entries);
  void remember(std::uint64_t hash, Ghost queue);
  /// Returns the queue that the entry was evicted from, or `none` if it is not remembered, and forgets it.
  Ghost recall(std::uint64_t hash);
  void clear();
  /// Prefetches the line that the other functions will read.
  void prefetch(std::uint64_t hash) const {
    if (table_ != nullptr) __builtin_prefetch(&lineOf(hash));
  }

  /// Returns about how many ghosts of the queue are remembered.
  std::uint64_t count(Ghost queue) const { return of(queue).count; }
  std::uint64_t bytes() const { return lines_ * sizeof(Line); }

 private:
  static constexpr std::uint32_t kPerLine = 16;
  struct Queue {
    std::uint64_t clock = 0;   // evictions so far
    std::uint64_t window = 0;  // how many evictions are remembered
    std::uint64_t count = 0;
  };
  struct alignas(64) Line {
    std::array<std::uint32_t, kPerLine> ghosts;  // fingerprint, queue, time; 0: empty
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
