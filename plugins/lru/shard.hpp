// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SHARD_HPP
#define LARDER_LRU_SHARD_HPP

#include "arena.hpp"
#include "block_pool.hpp"
#include "entry_index.hpp"
#include "eviction_queues.hpp"
#include "expiry_wheel.hpp"
#include "moment.hpp"
#include "namespace_table.hpp"
#include "snapshot_format.hpp"
#include "spin_lock.hpp"

#include <larder/abi.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::lru {

/// Upper bounds, never exceeded; kUnbounded: no bound.
struct Limits {
  static constexpr std::uint64_t kUnbounded = UINT64_MAX;
  std::uint64_t bytes = kUnbounded;
  std::uint64_t entries = kUnbounded;
};

/// A checked operation on one key, the hash of its namespace, the hash of namespace and key, and the time of
/// its batch.
struct Access {
  larder_op& op;
  std::uint64_t spaceHash;
  std::uint64_t hash;
  Moment& moment;
};

/// The part of the cache that holds the keys of a share of the hashes. Thread-safe. Every value that it lent
/// must be released before it is destroyed.
///
/// A hit takes no lock: it finds the block through EntryIndex, acquires a reference (Block::tryAcquire) and
/// only then compares the key. Every change of the shard holds its spin lock. Each operation returns the
/// status that abi.h specifies for its opcode and writes the operation's (out) members.
class alignas(64) Shard {
 public:
  Shard(Arena& arena, Limits limits, std::uint64_t maxValueSize, Policy policy);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// Prefetch the memory that get() will need, in two steps for a batch: first the index, then the block.
  void prefetchIndex(std::uint64_t hash) const { index_.prefetch(hash); }
  void prefetchBlock(std::uint64_t hash) const;

  larder_status get(const Access& access);
  /// TOO_LARGE and NO_MEMORY also remove the older value, which would otherwise be served as if it were
  /// current. Returns NO_MEMORY if readers hold the entries that would have to be evicted; only a few other
  /// entries are evicted before that is detected. May throw std::bad_alloc; then at most the older value is
  /// gone.
  larder_status set(const Access& access);
  larder_status erase(const Access& access);
  larder_status touch(const Access& access);
  larder_status exists(const Access& access);
  larder_status ttl(const Access& access);
  larder_status introspect(const Access& access);
  larder_status increment(const Access& access);
  larder_status compareSet(const Access& access);
  /// The lock is the entry under the operation's key.
  larder_status lock(const Access& access);
  larder_status unlock(const Access& access);
  void clearNamespace(std::string_view name);

  /// Appends keys with the operation's prefix to `keys`, starting at the position, until `keys` has op.number
  /// keys or the work limit is reached. Returns the position to continue from; EntryIndex::kEnd at the end.
  std::uint64_t scan(const larder_op& op, std::uint64_t nowNs, std::uint64_t position,
                     std::vector<std::string>& keys);

  /// Calls `visit` for the live entries of one heat in eviction order, until it returns false; heat 0 is
  /// evicted first. Returns false if `visit` did. Holds the lock throughout.
  static constexpr unsigned kHeats = 5;
  bool visitHeat(unsigned heat, std::uint64_t nowNs, const std::function<bool(const SnapshotEntry&)>& visit);

  /// Bracket a restore, during which entries are stored coldest first.
  void beginRestoring();
  void endRestoring();

  /// Drops expired entries in at most `limit` steps. Returns true if more is left to do.
  bool turn(std::uint64_t nowNs, int limit);

  /// Adds this shard's figures to `stats`, except hits and misses.
  void addTo(larder_stats& stats);

  struct Usage {
    std::uint64_t bytes = 0;    ///< that the process has grown by for the shard
    std::uint64_t entries = 0;  ///< bytes of these that are in stored entries
  };
  Usage usage() const;

  /// Takes back a block whose last reader has released it. [any-thread]
  void giveBack(Block& block);

 private:
  struct New {
    std::uint64_t hash = 0;
    std::uint64_t spaceHash = 0;
    std::string_view space;
    std::string_view key;
    std::uint64_t valueSize = 0;
    std::uint64_t expiresNs = Block::kNeverExpires;
    std::uint64_t version = 0;  // 0: assign the next one
    bool replaces = false;      // the new entry replaces one that is still stored
  };

  // Finding (shard.cpp).
  bool matches(const Block& block, const larder_op& op) const;
  Block* acquire(const Access& access);
  bool live(const Block& block, Moment& moment) const;
  bool dead(const Block& block, std::uint64_t nowNs) const;
  BlockRef find(const Access& access);
  BlockRef findLive(const Access& access);
  std::string_view valueOf(const Block& block) const;
  std::uint64_t hashOf(const Block& block) const;
  void countUse(BlockRef ref);

  // Storing (shard_store.cpp).
  New describe(const Access& access, std::uint64_t valueSize, std::uint64_t expiresNs) const;
  bool fits(const New& entry) const;
  larder_status replace(const Access& access, BlockRef old, std::string_view value, std::uint64_t expiresNs);
  larder_status setLarge(const Access& access);
  larder_status retime(const Access& access, BlockRef ref, std::uint64_t expiresNs);
  BlockRef prepare(const New& entry, Moment& moment);
  char* payloadOf(Block& block) const;
  BlockRef prepareBeside(BlockRef old, New entry, Moment& moment);
  void settle(BlockRef ref, const New& entry, BlockRef old);
  bool rewrite(BlockRef ref, const New& entry, std::string_view value);

  // Room (shard_room.cpp).
  std::uint64_t taken() const;
  std::uint64_t weightOf(BlockRef ref) const;
  BlockRef allocate(std::uint32_t number, std::uint64_t external, bool replaces, Moment& moment);
  bool evict(Moment& moment);
  std::uint64_t hashOfVictim(BlockRef ref) const;
  void prepareEviction();
  bool evacuate();
  bool move(BlockRef ref);
  void forget(BlockRef ref);
  void unlink(BlockRef ref, std::uint64_t hash);
  void release(BlockRef ref);
  void stepIndex();
  void drop(BlockRef ref);
  void dropDead(BlockRef ref, std::uint64_t nowNs);
  void freeBlock(BlockRef ref);
  void reclaimReturned();

  // Read by every look-up and rarely written.
  Arena& arena_;
  const std::uint64_t largestBlock_;
  const std::uint64_t maxValueSize_;
  const Policy policy_;
  EntryIndex index_;

  // Blocks that readers released while another thread held the lock, linked by `next`.
  alignas(64) std::atomic<BlockRef> returned_{0};

  alignas(64) mutable SpinLock lock_;  // guards all members below
  const Limits limits_;
  BlockPool pool_{arena_};
  NamespaceTable spaces_{*this};
  EvictionQueues<Arena> queues_;
  ExpiryWheel wheel_{arena_};
  BlockRef nextVictim_ = 0;  // the likely next victim, whose memory is prefetched
  std::uint64_t nextVictimHash_ = 0;
  std::uint64_t externalBytes_ = 0;
  std::uint64_t lastVersion_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t deletes_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint64_t expirations_ = 0;
};

}  // namespace larder::lru

#endif
