// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_EVENT_COUNTS_HPP
#define LARDER_CACHE_EVENT_COUNTS_HPP

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace larder {

enum class Event : std::uint8_t {
  hit,
  miss,
  shared,
  flightWait,
  flightTimeout,
  stale,
  computation,
  refresh,
  refreshFailure,
  store,
  tooLarge,
  compressed,
  byteSaved,
  readFailure,
  writeFailure,
  invalidation,
  invalidationFailure,
  count  // number of events
};

/// Event counts since start. Each thread counts on cache lines that are mostly its own, so that hits on
/// different cores do not contend; sum() adds up the lines.
///
/// Thread-safe. A sum may miss events that other threads are counting concurrently.
class EventCounts {
 public:
  void add(Event event, std::uint64_t times = 1) {
    stripes_[stripeOfThisThread()].counts[static_cast<std::size_t>(event)].fetch_add(
        times, std::memory_order_relaxed);
  }

  std::uint64_t sum(Event event) const {
    std::uint64_t all = 0;
    for (const auto& stripe : stripes_)
      all += stripe.counts[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
    return all;
  }

 private:
  static constexpr std::size_t kStripes = 8;  // as many as the three bits of stripeOfThisThread() select

  struct alignas(64) Stripe {
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Event::count)> counts{};
  };

  // The address of a thread's own byte names the thread; hashing its std::thread::id would take 40
  // instructions more. Multiplicative hashing (Knuth, golden ratio) spreads the bits.
  static std::size_t stripeOfThisThread() {
    static thread_local const char own = 0;
    return static_cast<std::size_t>((std::bit_cast<std::uintptr_t>(&own) * 0x9e3779b97f4a7c15u) >> 61);
  }

  std::array<Stripe, kStripes> stripes_{};
};

}  // namespace larder

#endif
