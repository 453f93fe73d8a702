// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_STATS_HPP
#define LARDER_HTTP_REQUEST_STATS_HPP

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <larder/http/duration_histogram.hpp>
#include <larder/http/response.hpp>
#include <larder/http/striped.hpp>

namespace larder::http {

/// Counts the requests to one endpoint by cache outcome, and their durations. Thread-safe; counting a request
/// costs three atomic additions and allocates nothing.
class RequestStats {
 public:
  struct Totals {
    std::array<std::uint64_t, kCacheOutcomes> requests{};  ///< by CacheOutcome
    DurationHistogram::Counts fromCache{};                 ///< hit and stale
    DurationHistogram::Counts fromHandler{};               ///< all other outcomes

    DurationHistogram::Counts durations() const {
      auto all = fromCache;
      all += fromHandler;
      return all;
    }
  };

  void add(CacheOutcome outcome, std::chrono::nanoseconds duration) {
    auto& counts = counts_.mine();
    counts.requests[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
    (isFromCache(outcome) ? counts.fromCache : counts.fromHandler).add(duration);
  }

  Totals totals() const {
    Totals totals;
    counts_.each([&totals](const Counts& counts) {
      for (std::size_t i = 0; i < kCacheOutcomes; ++i)
        totals.requests[i] += counts.requests[i].load(std::memory_order_relaxed);
      totals.fromCache += counts.fromCache.counts();
      totals.fromHandler += counts.fromHandler.counts();
    });
    return totals;
  }

 private:
  struct Counts {
    std::array<std::atomic<std::uint64_t>, kCacheOutcomes> requests{};
    DurationHistogram fromCache{};
    DurationHistogram fromHandler{};
  };

  static bool isFromCache(CacheOutcome outcome) {
    return outcome == CacheOutcome::hit || outcome == CacheOutcome::stale;
  }

  Striped<Counts> counts_;
};

}  // namespace larder::http

#endif
