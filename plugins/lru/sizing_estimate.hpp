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
/// The cost is bounded, so that small caches, which are replayed completely, stay fast. It is counted in
/// look-ups: every look-up earns one, and a replay spends as many as it takes for its instructions to be
/// about 1.25 % of theirs. kAllowance may be spent in advance, about 15 ms of processor time once. When
/// nothing is left, replaying pauses until kWindow has been earned. After a pause, the simulated caches catch
/// up before their misses count again, and what is counted then also stands for the look-ups of the pause.
class SizingEstimate {
 public:
  static constexpr std::array<std::uint32_t, SampledKeys::kSizes> kPercents{50, 100, 200, 400};

  static constexpr std::int64_t kAllowance = 6'000'000;
  static constexpr std::int64_t kWindow = 1'000'000;

  /// `gets` must outlive this. `allowance` is for tests. Throws std::bad_alloc.
  SizingEstimate(Limits limits, Policy policy, std::uint32_t largestBlock, const GetCounters& gets,
                 std::int64_t allowance = kAllowance);

  /// Returns whether the key's operations must be passed to notice(), to be replayed or, during a pause, to
  /// find out whether it is over.
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
    std::uint64_t misses = 0;        // estimated for all keys, up to the last pause
    std::uint64_t windowMisses = 0;  // the same since counting began again

    Simulated(const SampledKeys& all, std::size_t size, Policy policy)
        : keys(all, size), queues(keys, policy) {}
    Simulated(const Simulated&) = delete;
    Simulated& operator=(const Simulated&) = delete;
  };

  static constexpr std::size_t kMostKeys = 512;
  static constexpr std::size_t kLeastKeys = 64;
  static constexpr std::uint64_t kBytesPerKey = 128;  // of the cache, so that small ones have small samples

  // In look-ups. A replay takes some 200 instructions, and some 600 more for each cache that it adds a key to
  // or moves one within; a look-up takes some 670. A miss is usually followed by a SET, which earns too.
  static constexpr std::int64_t kReplayCost = 24;
  static constexpr std::int64_t kAddCost = 72;
  static constexpr std::int64_t kEarnedByMiss = 3;

  static constexpr std::int64_t kCatchingUp = kWindow / 4;  // spent after a pause
  // While replaying pauses, so many keys in 2^64 are noticed, and one of their operations in
  // kNoticesPerLook looks whether the pause is over.
  static constexpr std::uint64_t kNoticedInPause = UINT64_MAX >> 10;
  static constexpr std::uint32_t kNoticesPerLook = 64;
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
  void spend(std::int64_t cost);
  void pause();
  void resumeIfEarned();
  void beginCounting();
  void endCounting();

  // Read by every operation and rarely written. Hashes below it are noticed.
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
  std::int64_t credit_;          // look-ups that may be spent before the next pause
  std::int64_t catchingUp_ = 0;  // look-ups to spend until misses count again
  bool paused_ = false;
  std::uint32_t noticedInPause_ = 0;

  // GETs by the cache's counters.
  struct Gets {
    std::uint64_t all = 0;
    std::uint64_t misses = 0;
  };
  Gets getsNow() const;
  Gets earned_;   // those that have earned
  Gets counted_;  // up to the end of the last window that counted
  Gets start_;    // when counting began
  bool counting_ = true;
};

}  // namespace larder::lru

#endif
