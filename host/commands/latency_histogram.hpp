// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_LATENCY_HISTOGRAM_HPP
#define LARDER_COMMANDS_LATENCY_HISTOGRAM_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::host {

/// Counts latencies in buckets whose width grows with the latency, so every quantile is exact to 1/64 in a
/// fixed amount of memory. Not thread-safe: give each thread its own, then merge.
class LatencyHistogram {
 public:
  void add(std::chrono::nanoseconds latency) { ++counts_[bucketOf(latency)]; }
  void merge(const LatencyHistogram& other);

  std::uint64_t count() const;
  /// Returns the latency that a fraction `q` (0 to 1) of all values does not exceed; zero if nothing was
  /// counted.
  std::chrono::nanoseconds quantile(double q) const;

 private:
  // 64 buckets for each power of two, up to 2^40 ns (18 minutes); longer latencies count in the last bucket.
  static constexpr unsigned kPrecisionBits = 6;
  static constexpr unsigned kLargestPower = 40;
  static constexpr std::size_t kBuckets = std::size_t{kLargestPower - kPrecisionBits + 1} << kPrecisionBits;

  static std::size_t bucketOf(std::chrono::nanoseconds latency);
  static std::chrono::nanoseconds upperBoundOf(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> counts_{};
};

}  // namespace larder::host

#endif
