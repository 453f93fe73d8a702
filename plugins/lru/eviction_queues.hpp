// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_EVICTION_QUEUES_HPP
#define LARDER_LRU_EVICTION_QUEUES_HPP

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
///
/// `Entries` has a type `Ref`, an unsigned integer of which 0 refers to nothing, and a function at(Ref) that
/// returns an entry with the members `next`, `previous`, `hits` and `place` of a Block. The shards
/// instantiate it with Arena, the estimate of other sizes (SizingEstimate) with SampledKeys::OfSize.
template <class Entries>
class EvictionQueues {
 public:
  using Ref = typename Entries::Ref;

  EvictionQueues(const Entries& entries, Policy policy) : entries_(entries), policy_(policy) {}

  /// Returns the queue for a new entry and adapts the small queue's share.
  Place placeFor(std::uint64_t hash, std::uint64_t weight);

  void add(Ref ref, Place place, std::uint64_t weight);
  void remove(Ref ref, std::uint64_t weight);
  void replace(Ref ref, Ref by);
  /// Makes the entry the newest of its queue.
  void renew(Ref ref, std::uint64_t weight);

  /// Returns the entry to evict next, without removing it; 0 if there is none. `weightOf` returns the bytes
  /// that an entry takes. May promote some entries or give them another round.
  template <class WeightOf>
  Ref victim(WeightOf weightOf);

  /// Returns the first of the few oldest entries for which `dead` returns true, or 0.
  template <class Dead>
  Ref firstDead(Dead dead) const;

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
  Ref next() const { return takesFromSmall() ? small_.oldest : main_.oldest; }
  void prefetchNewerThan(Ref ref) const { prefetchBlock(entries_.at(ref).previous); }

  /// Returns the weight of all entries.
  std::uint64_t weight() const { return small_.weight + main_.weight; }
  /// Returns the bytes of the list of evicted entries.
  std::uint64_t bytes() const { return ghosts_.bytes(); }

  /// Calls visit(Ref) for the entries of the small queue and then of the main queue, oldest first, until
  /// it returns false.
  template <class Visit>
  void visitOldestFirst(Visit visit) const;

  /// Returns any entry; 0 if there is none.
  Ref any() const { return main_.newest != 0 ? main_.newest : small_.newest; }

 private:
  struct Queue {
    Ref newest = 0;
    Ref oldest = 0;
    std::uint64_t weight = 0;
  };

  static constexpr int kStepsForVictim = 64;
  static constexpr int kLookedAt = 4;
  static constexpr std::uint8_t kHitsToStay = 2;

  Queue& queueOf(Place place) { return place == Place::small ? small_ : main_; }
  void prefetchBlock(Ref ref) const {
    if (ref == 0) return;
    const char* const block = reinterpret_cast<const char*>(&entries_.at(ref));
    __builtin_prefetch(block);
    __builtin_prefetch(block + 64);  // the key extends into the second line
  }
  bool takesFromSmall() const;
  void adapt(GhostList::Ghost ghost, std::uint64_t weight);

  const Entries& entries_;
  const Policy policy_;
  Queue small_;
  Queue main_;
  double smallShare_ = 0.1;  // share of the weight of all entries
  bool evicted_ = false;
  bool restoring_ = false;
  GhostList ghosts_;
};

template <class Entries>
template <class Visit>
void EvictionQueues<Entries>::visitOldestFirst(Visit visit) const {
  for (const Queue* queue : {&small_, &main_})
    for (Ref ref = queue->oldest; ref != 0; ref = entries_.at(ref).previous) {
      prefetchBlock(entries_.at(ref).previous);
      if (!visit(ref)) return;
    }
}

template <class Entries>
template <class WeightOf>
typename Entries::Ref EvictionQueues<Entries>::victim(WeightOf weightOf) {
  for (int step = 0;; ++step) {
    const bool from_small = takesFromSmall();
    const Ref oldest = from_small ? small_.oldest : main_.oldest;
    if (oldest == 0 || policy_ == Policy::lru) return oldest;
    auto& block = entries_.at(oldest);
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

template <class Entries>
template <class Dead>
typename Entries::Ref EvictionQueues<Entries>::firstDead(Dead dead) const {
  for (const Queue* queue : {&main_, &small_}) {
    Ref ref = queue->oldest;
    for (int i = 0; i < kLookedAt && ref != 0; ++i, ref = entries_.at(ref).previous)
      if (dead(ref)) return ref;
  }
  return 0;
}

}  // namespace larder::lru

#endif
