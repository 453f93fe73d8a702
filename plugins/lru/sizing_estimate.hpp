// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SIZING_ESTIMATE_HPP
#define LARDER_LRU_SIZING_ESTIMATE_HPP

#include "eviction_queues.hpp"
#include "get_counters.hpp"
#include "sampled_keys.hpp"
#include "shard.hpp"
#include "spin_lock.hpp"

#include <larder/sizing.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace larder::lru {

/// Estimates how many look-ups would miss if the cache had half, the same, twice or four times its memory.
/// Thread-safe.
///
/// A sample of the keys, chosen by their hashes, is replayed in four small caches as it is looked up and
/// written. They have the cache's own policy (EvictionQueues) and the sample's share of each size, and keep
/// no values. All keys are sampled while they are few; each time they become too many, the sample is halved.
///
/// In the long run at most one look-up in kLeastInterval is replayed, so that small caches, whose sample has
/// to be large, stay as fast as without: the first kFirstReplays are free, then replaying pauses until it has
/// been paid for. After a pause, the simulated caches catch up before their misses count again.
class SizingEstimate {
 public:
  static constexpr std::array<std::uint32_t, SampledKeys::kSizes> kPercents{50, 100, 200, 400};

  static constexpr std::int64_t kFirstReplays = 8'000'000;
  static constexpr std::int64_t kLeastInterval = 128;

  /// `gets` must outlive this. `firstReplays` is for tests. Throws std::bad_alloc.
  SizingEstimate(Limits limits, Policy policy, std::uint32_t largestBlock, const GetCounters& gets,
                 std::int64_t firstReplays = kFirstReplays);

  /// Returns whether the key's operations are replayed, that is, must be passed to notice().
  bool samples(std::uint64_t hash) const { return hash < sampled_.load(std::memory_order_relaxed); }

  /// Replays an operation that the cache has answered with `status`. Returns true if setFill() is due.
  bool notice(const Access& access, larder_status status);
  void noticeClear(std::uint64_t spaceHash);

  /// Sets the share of the cache's memory that is in its entries; the rest is in indexes and unused blocks.
  void setFill(double fill);

  /// Drops expired keys and ends a pause that has been paid for. Call a few times a second.
  void turn(std::uint64_t nowNs);

  /// Fills in the counters and as many points as there is room for.
  void report(larder_sizing_report& report) const;

 private:
  using Ref = SampledKeys::Ref;

  // One of the simulated caches.
  struct Simulated {
    SampledKeys::OfSize keys;
    EvictionQueues<SampledKeys::OfSize> queues;
    std::uint64_t bytes = 0;    // capacity
    std::uint64_t entries = 0;  // capacity
    std::uint64_t count = 0;
    std::uint64_t misses = 0;  // estimated for all keys

    Simulated(const SampledKeys& all, std::size_t size, Policy policy)
        : keys(all, size), queues(keys, policy) {}
    Simulated(const Simulated&) = delete;
    Simulated& operator=(const Simulated&) = delete;
  };

  static constexpr std::size_t kMostKeys = 12288;
  static constexpr std::size_t kLeastKeys = 64;
  static constexpr std::uint64_t kBytesPerKey = 128;  // of the cache, so that small ones have small samples
  static constexpr std::int64_t kReplaysAtOnce = 1 << 16;
  static constexpr std::uint64_t kStoresPerFill = 256;

  static std::size_t keysFor(Limits limits);
  std::uint64_t weightOf(const larder_op& op, std::uint64_t valueSize, bool timed) const;
  static std::uint64_t expiryOf(const Access& access, std::int64_t ttlMs);

  // All functions below require the lock.
  bool replay(const Access& access, larder_status status);
  void get(const Access& access, bool hit);
  void store(const Access& access, std::uint64_t valueSize);
  Ref findLive(const Access& access);
  Ref findOrAdd(const Access& access);
  void setWeight(Ref ref, std::uint64_t weight, bool written);
  void addEverywhere(Ref ref);
  void makeRoom(Simulated& cache, std::uint64_t weight);
  void remove(Simulated& cache, Ref ref);
  void removeEverywhere(Ref ref);
  void halve();
  void resize();
  void pay();
  void beginCounting();
  void endCounting();

  // Read by every operation and rarely written. Hashes below it are sampled; 0: replaying pauses.
  alignas(64) std::atomic<std::uint64_t> sampled_{UINT64_MAX};

  alignas(64) mutable SpinLock lock_;  // guards all members below
  const Limits limits_;
  const Policy policy_;
  const std::uint32_t largestBlock_;
  const GetCounters& gets_;
  SampledKeys keys_;
  std::array<Simulated, SampledKeys::kSizes> caches_;
  unsigned halvings_ = 0;
  double fill_ = 1.0;
  std::uint64_t stores_ = 0;
  std::int64_t credit_;          // replays until the next pause
  std::int64_t catchingUp_ = 0;  // replays until misses count again
  std::uint64_t paidGets_ = 0;
  // Counted up to the last pause, and the counters' state when counting began; counting_: it has not ended.
  bool counting_ = true;
  std::uint64_t countedGets_ = 0;
  std::uint64_t countedMisses_ = 0;
  std::uint64_t hitsAtStart_ = 0;
  std::uint64_t missesAtStart_ = 0;
};

}  // namespace larder::lru

#endif
