// SPDX-License-Identifier: Apache-2.0
#include "commands/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace larder::host {

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
}

std::uint64_t LatencyHistogram::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::chrono::nanoseconds LatencyHistogram::quantile(double q) const {
  const std::uint64_t all = count();
  if (all == 0) return std::chrono::nanoseconds(0);
  const auto wanted =
      std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(all))), 1, all);
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while ((seen += counts_[bucket]) < wanted) ++bucket;
  return upperBoundOf(bucket);
}

// Below 2^6 ns each nanosecond has its own bucket. Above, the bits after the leading one select one of the 64
// buckets of that power of two.
std::size_t LatencyHistogram::bucketOf(std::chrono::nanoseconds latency) {
  const auto ns = static_cast<std::uint64_t>(std::clamp<std::int64_t>(
      latency.count(), 0, static_cast<std::int64_t>((std::uint64_t{1} << kLargestPower) - 1)));
  const auto width = static_cast<unsigned>(std::bit_width(ns));
  if (width <= kPrecisionBits) return static_cast<std::size_t>(ns);
  const unsigned shift = width - kPrecisionBits - 1;
  return static_cast<std::size_t>((std::uint64_t{shift} << kPrecisionBits) + (ns >> shift));
}

std::chrono::nanoseconds LatencyHistogram::upperBoundOf(std::size_t bucket) {
  if (bucket < (std::size_t{2} << kPrecisionBits)) return std::chrono::nanoseconds(bucket);
  const std::size_t shift = (bucket >> kPrecisionBits) - 1;
  const std::size_t mantissa = bucket - (shift << kPrecisionBits);
  return std::chrono::nanoseconds(((mantissa + 1) << shift) - 1);
}

}  // namespace larder::host
