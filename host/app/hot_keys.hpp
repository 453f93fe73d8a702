// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_APP_HOT_KEYS_HPP
#define LARDER_APP_HOT_KEYS_HPP

#include <larder/key.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <larder/http/hot_key.hpp>
#include <larder/http/striped.hpp>

namespace larder::http {

/// Finds the keys that most requests ask for: the Space-Saving algorithm (Metwally, Agrawal, El Abbadi, 2005)
/// over a sample of the requests. Keeps kCounters keys, so its memory is bounded by about 400 KiB. Counts
/// halve each kHalfLife.
///
/// The sample grows thinner as the rate of requests grows, down to kSamplesPerSecond: a request that is not
/// sampled costs a load, a store and a branch, and the sampled ones together cost less than a thousandth of a
/// core. Up to that rate every request is counted. Thread-safe.
class HotKeys {
 public:
  static constexpr std::size_t kCounters = 256;
  static constexpr std::uint64_t kSamplesPerSecond = 128;
  static constexpr std::chrono::seconds kHalfLife{60};

  /// How a key is shown.
  struct Name {
    std::string route;
    std::string key;
    std::string target;
  };

  /// `now` is the monotonic clock's time, here and below.
  explicit HotKeys(std::chrono::nanoseconds now);

  /// Returns whether to count this request. To be called once per request.
  bool isDue() {
    auto& left = untilNext_.mine();
    // Threads that share a stripe may lose a step, which makes the sample a little thinner.
    const auto before = left.load(std::memory_order_relaxed);
    left.store(before - 1, std::memory_order_relaxed);
    return before <= 0;
  }

  static Name nameOf(std::string route, const Key& key, std::string_view target);

  /// Counts a request for which isDue() returned true. Requests with equal fingerprints ask for the same key;
  /// those of one key may have several fingerprints, whose counts are shown as one. `name()` returns the
  /// key's Name, and is called if the fingerprint has no counter: counting a known one allocates nothing.
  template <class MakeName>
  void add(std::uint64_t fingerprint, bool hit, std::chrono::nanoseconds now, MakeName name) {
    const std::lock_guard lock(mutex_);
    const auto weight = begin(now);
    const auto known = counterOf_.find(fingerprint);
    const auto index = known != counterOf_.end() ? known->second : newCounter(fingerprint, name());
    requests_[index] += weight;
    if (hit) counters_[index].hits += weight;
  }

  /// Returns at most `most` keys, the hottest first.
  std::vector<HotKey> top(std::size_t most, std::chrono::nanoseconds now);

 private:
  // `unsure` is the part of the key's requests that may belong to the key that had the counter before.
  // Requests are weighted by the sample's thinness.
  struct Counter {
    Name name;
    std::uint64_t fingerprint = 0;
    double hits = 0;
    double unsure = 0;
  };

  // Begins to count a sampled request; returns its weight.
  double begin(std::chrono::nanoseconds now);
  std::size_t newCounter(std::uint64_t fingerprint, Name name);
  void decay(std::chrono::nanoseconds now);
  void adaptGap(std::chrono::nanoseconds now);
  std::int64_t drawGap();

  Striped<std::atomic<std::int64_t>> untilNext_;
  std::mutex mutex_;  // of the rest
  const std::chrono::nanoseconds begun_;
  std::chrono::nanoseconds decayed_;
  std::chrono::nanoseconds windowBegun_;
  std::uint64_t samplesInWindow_ = 0;
  std::int64_t gap_ = 1;  // requests per sample
  std::minstd_rand random_;
  // counters_[i] has requests_[i]; the latter alone are searched for the smallest.
  std::vector<Counter> counters_;
  std::vector<double> requests_;
  std::unordered_map<std::uint64_t, std::size_t> counterOf_;  // by fingerprint
};

}  // namespace larder::http

#endif
