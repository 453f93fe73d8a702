// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_EVICTION_QUEUES_HPP
#define LARDER_LRU_EVICTION_QUEUES_HPP

#include "arena.hpp"
#include "block.hpp"
#include "ghost_list.hpp"

#include <cstdint>

namespace larder::lru {

enum class Policy { adaptive, lru };

/// Decides which entry goes when room is needed. Not thread-safe: the shard's lock guards it, and a hit only
/// counts in the block (Block::countHit), without the lock.
///
/// Policy::adaptive is S3-FIFO with a share of its own making. Newcomers pass through a small queue; those
/// that were asked for twice meanwhile move on to the main queue, where an entry gets another round for each
/// hit. The rest leave quickly, so a scan or a loop does not flush what is used. Evicted entries are
/// remembered for a while: one that comes back after it left the small queue says that the queue is too
/// short, one that left the main queue says that it is too long, and its share moves accordingly, as in ARC.
/// The first filling goes to the main queue, for nothing is known to be better yet.
///
/// Policy::lru drops the entry that was not used for longest.
class EvictionQueues {
 public:
  EvictionQueues(const Arena& arena, Policy policy) : arena_(arena), policy_(policy) {}

  /// Where a new entry belongs.
  Place placeFor(std::uint64_t hash, std::uint64_t weight);

  void add(BlockRef ref, Place place, std::uint64_t weight);
  void remove(BlockRef ref, std::uint64_t weight);
  void replace(BlockRef ref, BlockRef by);
  /// Makes it the newest of its queue.
  void renew(BlockRef ref, std::uint64_t weight);

  /// The entry that should go next, which stays where it is; 0 if there is none. `weightOf` tells the bytes
  /// that an entry takes. May move some entries on or give them another round.
  template <class WeightOf>
  BlockRef victim(WeightOf weightOf);

  /// The first of a few that are next to go for which `dead` is true, or 0.
  template <class Dead>
  BlockRef firstDead(Dead dead) const;

  /// While entries are restored, which come in the order of their heat: the newest is the hottest, so those
  /// that came first go first, and nothing is learned from that.
  void setRestoring(bool restoring) { restoring_ = restoring; }

  /// Call when an entry is evicted for space.
  void remember(std::uint64_t hash, Place place, std::uint64_t entries);
  /// Call when the shard is empty.
  void forget() { ghosts_.clear(); }

  /// Starts loading what placeFor() and remember() will look at.
  void prefetch(std::uint64_t hash) const { ghosts_.prefetch(hash); }
  /// The entry that victim() will look at first if nothing changes; 0 if there is none.
  BlockRef next() const { return takesFromSmall() ? small_.oldest : main_.oldest; }
  void prefetchNewerThan(BlockRef ref) const { prefetchBlock(arena_.at(ref).previous); }

  /// What the memory of evicted entries takes.
  std::uint64_t bytes() const { return ghosts_.bytes(); }

  /// Calls visit(BlockRef) for the entries of one queue and then of the other, from the one that is next to
  /// go, until it returns false.
  template <class Visit>
  void visitOldestFirst(Visit visit) const;

  /// Any entry; 0 if there is none.
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
    __builtin_prefetch(block + 64);  // the key reaches into it
  }
  bool takesFromSmall() const;
  void adapt(GhostList::Ghost ghost, std::uint64_t weight);

  const Arena& arena_;
  const Policy policy_;
  Queue small_;
  Queue main_;
  double smallShare_ = 0.1;  // of the weight of all entries
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
    // Bounded: when all are in use it is nobody's turn more than another's.
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
