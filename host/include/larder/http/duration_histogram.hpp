// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DURATION_HISTOGRAM_HPP
#define LARDER_HTTP_DURATION_HISTOGRAM_HPP

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::http {

/// Counts durations between fixed bounds, from a hit in memory to a handler that hangs. The bounds are the
/// same everywhere, so Prometheus can aggregate over routes and hosts. Thread-safe; adding a duration costs
/// two atomic additions.
class DurationHistogram {
 public:
  /// A bucket of its own counts the durations longer than the last bound.
  static constexpr std::array<std::chrono::nanoseconds, 19> kBounds{
      std::chrono::microseconds(10),  std::chrono::microseconds(25),   std::chrono::microseconds(50),
      std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
      std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
      std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
      std::chrono::milliseconds(100), std::chrono::milliseconds(250),  std::chrono::milliseconds(500),
      std::chrono::seconds(1),        std::chrono::milliseconds(2500), std::chrono::seconds(5),
      std::chrono::seconds(10)};

  struct Counts {
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};  ///< per bucket, not cumulative
    std::chrono::nanoseconds sum{0};

    std::uint64_t total() const {
      std::uint64_t all = 0;
      for (const auto count : buckets) all += count;
      return all;
    }
    Counts& operator+=(const Counts& other) {
      for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
      sum += other.sum;
      return *this;
    }
  };

  void add(std::chrono::nanoseconds duration) {
    buckets_[bucketOf(duration)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(duration.count(), std::memory_order_relaxed);
  }

  Counts counts() const {
    Counts counts;
    for (std::size_t i = 0; i < buckets_.size(); ++i)
      counts.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
    counts.sum = std::chrono::nanoseconds(sum_.load(std::memory_order_relaxed));
    return counts;
  }

 private:
  // Searches from the shortest bound on, which is where hits are. A bound belongs to the bucket below it, as
  // in Prometheus's `le`.
  static std::size_t bucketOf(std::chrono::nanoseconds duration) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && duration > kBounds[bucket]) ++bucket;
    return bucket;
  }

  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<std::int64_t> sum_{0};
};

}  // namespace larder::http

#endif
