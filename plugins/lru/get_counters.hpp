// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_GET_COUNTERS_HPP
#define LARDER_LRU_GET_COUNTERS_HPP

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace larder::lru {

/// Hits and misses, in one cache line for each of a few threads: a line that all write would cost a hit more
/// than the rest of it. Thread-safe.
class GetCounters {
 public:
  void add(std::uint64_t hits, std::uint64_t misses) {
    Stripe& stripe = stripes_[(static_cast<std::uint64_t>(::pthread_self()) * kSpread) >> 60];
    if (hits != 0) stripe.hits.fetch_add(hits, std::memory_order_relaxed);
    if (misses != 0) stripe.misses.fetch_add(misses, std::memory_order_relaxed);
  }
  std::uint64_t hits() const {
    std::uint64_t sum = 0;
    for (const auto& stripe : stripes_) sum += stripe.hits.load(std::memory_order_relaxed);
    return sum;
  }
  std::uint64_t misses() const {
    std::uint64_t sum = 0;
    for (const auto& stripe : stripes_) sum += stripe.misses.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;
  struct alignas(64) Stripe {
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};
  };
  std::array<Stripe, 16> stripes_;
};

}  // namespace larder::lru

#endif
