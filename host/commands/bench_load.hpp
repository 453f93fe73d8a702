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

/// The kinds of request: get-or-insert stores the key after a miss.
enum class BenchRequest { get, getOrInsert, set };

/// The share of each kind of request.
struct BenchMix {
  std::array<double, 3> weights{0, 1, 0};  ///< by BenchRequest; the sum is positive

  /// Parses names with weights, "get:95,set:5", or a single name, "get-or-insert"; nullopt for any other
  /// text.
  static std::optional<BenchMix> parse(std::string_view text);
};

/// The requests of one thread. Keys come in order from a sequence shared by all threads, each of which starts
/// at another place; kinds are random. The same seeds give the same requests.
class BenchLoad {
 public:
  struct Request {
    BenchRequest kind;
    std::uint32_t key;
  };

  /// `keys` must not be empty and must outlive the load.
  BenchLoad(const BenchMix& mix, std::span<const std::uint32_t> keys, std::size_t begin, std::uint64_t seed);

  Request next();

 private:
  std::discrete_distribution<int> kinds_;
  std::span<const std::uint32_t> keys_;
  std::size_t next_;
  std::mt19937_64 random_;
};

/// The times at which requests are due.
class BenchPace {
 public:
  using Clock = std::chrono::steady_clock;

  /// `interval` is the time between requests; 0: each is due immediately.
  BenchPace(Clock::time_point begin, std::chrono::duration<double> interval);

  bool isFixed() const { return interval_.count() > 0; }
  /// Returns when the next request is due; a time in the past if there is no interval.
  Clock::time_point due() const;
  void advance() { ++sent_; }

 private:
  Clock::time_point begin_;
  std::chrono::duration<double> interval_;
  std::uint64_t sent_ = 0;
};

/// The results of one thread, or of all threads together.
struct BenchTally {
  LatencyHistogram latencies;
  std::array<std::uint64_t, 50> slices{};  ///< operations that ended in each equal part of the measurement
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t errors = 0;
  std::string lastError;

  void merge(const BenchTally& other);
};

}  // namespace larder::host

#endif
