// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_GET_COUNTERS_HPP
#define LARDER_LRU_GET_COUNTERS_HPP

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace larder::lru {

/// Counts hits and misses. Thread-safe and exact.
///
/// A counter written by all threads would cost more than the rest of a hit, and an atomic addition delays the
/// loads behind it. Each thread therefore claims a stripe, a cache line that only this thread writes, which
/// needs no atomic addition. Threads whose stripe is already claimed by another thread add to shared counters
/// instead. A stripe outlives its thread; a later thread with the same id continues it.
class GetCounters {
 public:
  void add(std::uint64_t hits, std::uint64_t misses) {
    const auto self = static_cast<std::uint64_t>(::pthread_self());
    Stripe& stripe = stripes_[(self * kSpread) >> kShift];
    std::uint64_t owner = stripe.owner.load(std::memory_order_relaxed);
    if (owner == 0 && stripe.owner.compare_exchange_strong(owner, self, std::memory_order_relaxed))
      owner = self;
    if (owner == self) {
      if (hits != 0)
        stripe.hits.store(stripe.hits.load(std::memory_order_relaxed) + hits, std::memory_order_relaxed);
      if (misses != 0)
        stripe.misses.store(stripe.misses.load(std::memory_order_relaxed) + misses,
                            std::memory_order_relaxed);
      return;
    }
    if (hits != 0) shared_.hits.fetch_add(hits, std::memory_order_relaxed);
    if (misses != 0) shared_.misses.fetch_add(misses, std::memory_order_relaxed);
  }
  std::uint64_t hits() const {
    std::uint64_t sum = shared_.hits.load(std::memory_order_relaxed);
    for (const auto& stripe : stripes_) sum += stripe.hits.load(std::memory_order_relaxed);
    return sum;
  }
  std::uint64_t misses() const {
    std::uint64_t sum = shared_.misses.load(std::memory_order_relaxed);
    for (const auto& stripe : stripes_) sum += stripe.misses.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;
  static constexpr std::size_t kStripes = 64;
  static constexpr int kShift = 58;
  struct alignas(64) Stripe {
    std::atomic<std::uint64_t> owner{0};
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};
  };
  std::array<Stripe, kStripes> stripes_;
  Stripe shared_;
};

}  // namespace larder::lru

#endif
