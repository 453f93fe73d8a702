// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BENCH_LOAD_HPP
#define LARDER_COMMANDS_BENCH_LOAD_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "commands/latency_histogram.hpp"

namespace larder::host {

/// What a request of a load is: get-or-insert stores the key after a miss.
enum class BenchRequest { get, getOrInsert, set };

/// How often each kind of request comes.
struct BenchMix {
  std::array<double, 3> weights{0, 1, 0};  ///< by BenchRequest; the sum is positive

  /// "get:95,set:5", "get-or-insert": names with weights, of which a single one needs none. Empty for any
  /// other text.
  static std::optional<BenchMix> parse(std::string_view text);
};

/// The requests of one thread: keys in turn from a sequence that all threads share, each from a place of its
/// own, and kinds at random. The same numbers give the same requests.
class BenchLoad {
 public:
  struct Request {
    BenchRequest kind;
    std::uint32_t key;
  };

  /// `keys` must outlive the load and is not empty.
  BenchLoad(const BenchMix& mix, std::span<const std::uint32_t> keys, std::size_t begin, std::uint64_t seed);

  Request next();

 private:
  std::discrete_distribution<int> kinds_;
  std::span<const std::uint32_t> keys_;
  std::size_t next_;
  std::mt19937_64 random_;
};

/// When requests are due.
class BenchPace {
 public:
  using Clock = std::chrono::steady_clock;

  /// `interval` between requests; 0: each is due at once.
  BenchPace(Clock::time_point begin, std::chrono::duration<double> interval);

  bool isFixed() const { return interval_.count() > 0; }
  /// Of the next request; the past where there is no interval.
  Clock::time_point due() const;
  void advance() { ++sent_; }

 private:
  Clock::time_point begin_;
  std::chrono::duration<double> interval_;
  std::uint64_t sent_ = 0;
};

/// What one thread did, or all together.
struct BenchTally {
  LatencyHistogram latencies;
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t errors = 0;
  std::string lastError;

  void merge(const BenchTally& other);
};

}  // namespace larder::host

#endif
