// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_EVICTION_QUEUES_HPP
#define LARDER_LRU_EVICTION_QUEUES_HPP

#include "arena.hpp"
#include "block.hpp"
#include "ghost_list.hpp"

#include <cstdint>

namespace larder::lru {

enum class Policy { adaptive, lru };

/// Decides which entry is evicted when room is needed. Not thread-safe: the shard's lock guards it. A hit
/// does not touch the queues: it only counts in the block (Block::countHit), without the lock.
///
/// Policy::adaptive is S3-FIFO with an adaptive size of the small queue. New entries pass through the small
/// queue; entries hit at least twice there move on to the main queue, where each hit earns an entry another
/// round. The rest are evicted quickly, so a scan or a loop does not flush the working set. Hashes of evicted
/// entries are remembered for a while: the return of an entry evicted from the small queue shows that the
/// small queue is too short, the return of an entry evicted from the main queue that it is too long, and its
/// share is adjusted accordingly, as in ARC. Until the first eviction all new entries go to the main queue.
///
/// Policy::lru evicts the least recently used entry.
class EvictionQueues {
 public:
  EvictionQueues(const Arena& arena, Policy policy) : arena_(arena), policy_(policy) {}

  /// Returns the queue for a new entry and adapts the small queue's share.
  Place placeFor(std::uint64_t hash, std::uint64_t weight);

  void add(BlockRef ref, Place place, std::uint64_t weight);
  void remove(BlockRef ref, std::uint64_t weight);
  void replace(BlockRef ref, BlockRef by);
  /// Makes the entry the newest of its queue.
  void renew(BlockRef ref, std::uint64_t weight);

  /// Returns the entry to evict next, without removing it; 0 if there is none. `weightOf` returns the bytes
  /// that an entry takes. May promote some entries or give them another round.
  template <class WeightOf>
  BlockRef victim(WeightOf weightOf);

  /// Returns the first of the few oldest entries for which `dead` returns true, or 0.
  template <class Dead>
  BlockRef firstDead(Dead dead) const;

  /// Set while a snapshot is restored. Its entries come coldest first, so evictions then say nothing about
  /// the workload and are not remembered.
  void setRestoring(bool restoring) { restoring_ = restoring; }

  /// Call when an entry is evicted for space.
  void remember(std::uint64_t hash, Place place, std::uint64_t entries);
  /// Call when the shard is empty.
  void forget() { ghosts_.clear(); }

  /// Prefetches the memory that placeFor() and remember() will read.
  void prefetch(std::uint64_t hash) const { ghosts_.prefetch(hash); }
  /// Returns the entry that victim() will consider first if nothing changes; 0 if there is none.
  BlockRef next() const { return takesFromSmall() ? small_.oldest : main_.oldest; }
  void prefetchNewerThan(BlockRef ref) const { prefetchBlock(arena_.at(ref).previous); }

  /// Returns the bytes of the list of evicted entries.
  std::uint64_t bytes() const { return ghosts_.bytes(); }

  /// Calls visit(BlockRef) for the entries of the small queue and then of the main queue, oldest first, until
  /// it returns false.
  template <class Visit>
  void visitOldestFirst(Visit visit) const;

  /// Returns any entry; 0 if there is none.
  BlockRef any() const { return main_.newest != 0 ? main_.newest : small_.newest; }

 private:
  struct Queue {
    BlockRef newest = 0;
    BlockRef oldest = 0;
    std::uint64_t weight = 0;
  };

  static constexpr int kStepsForVictim = 64;
  static constexpr int kLookedAt = 4;
  static constexpr std::uint8_t kHitsToStay = 2;

  Queue& queueOf(Place place) { return place == Place::small ? small_ : main_; }
  void prefetchBlock(BlockRef ref) const {
    if (ref == 0) return;
    const char* const block = reinterpret_cast<const char*>(&arena_.at(ref));
    __builtin_prefetch(block);
    __builtin_prefetch(block + 64);  // the key extends into the second line
  }
  bool takesFromSmall() const;
  void adapt(GhostList::Ghost ghost, std::uint64_t weight);

  const Arena& arena_;
  const Policy policy_;
  Queue small_;
  Queue main_;
  double smallShare_ = 0.1;  // share of the weight of all entries
  bool evicted_ = false;
  bool restoring_ = false;
  GhostList ghosts_;
};

template <class Visit>
void EvictionQueues::visitOldestFirst(Visit visit) const {
  for (const Queue* queue : {&small_, &main_})
    for (BlockRef ref = queue->oldest; ref != 0; ref = arena_.at(ref).previous) {
      prefetchBlock(arena_.at(ref).previous);
      if (!visit(ref)) return;
    }
}

template <class WeightOf>
BlockRef EvictionQueues::victim(WeightOf weightOf) {
  for (int step = 0;; ++step) {
    const bool from_small = takesFromSmall();
    const BlockRef oldest = from_small ? small_.oldest : main_.oldest;
    if (oldest == 0 || policy_ == Policy::lru) return oldest;
    Block& block = arena_.at(oldest);
    prefetchBlock(block.previous);
    const std::uint8_t hits = block.hits.load(std::memory_order_relaxed);
    const std::uint8_t needed = from_small ? kHitsToStay : 1;
    // Bounded: when all entries are hot, none is a better victim than another.
    if (hits < needed || step == kStepsForVictim) return oldest;

    const std::uint64_t weight = weightOf(oldest);
    remove(oldest, weight);
    block.hits.store(from_small ? 0 : hits - 1, std::memory_order_relaxed);
    add(oldest, Place::main, weight);
  }
}

template <class Dead>
BlockRef EvictionQueues::firstDead(Dead dead) const {
  for (const Queue* queue : {&main_, &small_}) {
    BlockRef ref = queue->oldest;
    for (int i = 0; i < kLookedAt && ref != 0; ++i, ref = arena_.at(ref).previous)
      if (dead(ref)) return ref;
  }
  return 0;
}

}  // namespace larder::lru

#endif
