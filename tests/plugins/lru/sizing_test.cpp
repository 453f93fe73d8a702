// SPDX-License-Identifier: Apache-2.0
#include "open_cache.hpp"

#include "get_counters.hpp"
#include "sizing_estimate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace larder::lru_test {
namespace {

using namespace std::chrono_literals;

using Trace = std::vector<std::uint32_t>;

// Returns a key whose popularity falls with its rank, as 1 / rank.
Trace zipf(std::size_t requests, std::uint32_t keys, unsigned seed) {
  std::vector<double> sums(keys);
  double sum = 0;
  for (std::uint32_t i = 0; i < keys; ++i) sums[i] = sum += 1.0 / (i + 1);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> anywhere(0, sum);
  Trace trace(requests);
  for (auto& key : trace)
    key = static_cast<std::uint32_t>(std::lower_bound(sums.begin(), sums.end(), anywhere(random)) -
                                     sums.begin());
  return trace;
}

// Mixes popular keys with occasional scans of keys that are never used again.
Trace withScans(std::size_t requests) {
  Trace trace = zipf(requests, 4000, 7);
  std::uint32_t fresh = 1'000'000;
  for (std::size_t i = 0; i < trace.size(); ++i)
    if (i % 10'000 < 3'000) trace[i] = fresh++;
  return trace;
}

Trace loop(std::size_t requests, std::uint32_t keys) {
  Trace trace(requests);
  for (std::size_t i = 0; i < trace.size(); ++i) trace[i] = static_cast<std::uint32_t>(i % keys);
  return trace;
}

// Returns a size between 50 and 1,000 bytes, the same for every request of a key.
std::string valueOf(std::uint32_t key) { return std::string(50 + key * 7919 % 950, 'v'); }

void getOrInsert(OpenCache& cache, const Trace& trace) {
  for (const auto key : trace) {
    const std::string name = std::to_string(key);
    if (cache.get(name).status != Status::ok) cache.set(name, valueOf(key));
  }
}

double replayedHitRatio(const Settings& settings, const Trace& trace) {
  OpenCache cache(settings);
  getOrInsert(cache, trace);
  return static_cast<double>(cache.stats().hits) / static_cast<double>(trace.size());
}

// Every cache hashes with a key of its own and so has another sample. The mean of a few has an error that
// stays within the tolerance, where one in a hundred single estimates may not.
constexpr int kSamples = 4;

void expectTheEstimateToMatch(const std::string& option, std::uint64_t size, const std::string& policy,
                              const Trace& trace, double tolerance) {
  std::map<unsigned, double> estimated;  // by percent
  for (int i = 0; i < kSamples; ++i) {
    OpenCache cache(Settings{{option, std::to_string(size)}, {"policy", policy}});
    getOrInsert(cache, trace);

    const auto estimate = cache.sizing();

    ASSERT_TRUE(estimate);
    EXPECT_EQ(estimate->gets, trace.size());
    EXPECT_EQ(estimate->misses, cache.stats().misses);
    for (const auto& point : estimate->points)
      estimated[point.percent] += estimate->hitRatio(point) / kSamples;
  }
  std::vector<unsigned> percents;
  for (const auto& [percent, ratio] : estimated) {
    percents.push_back(percent);
    const Settings other{{option, std::to_string(size * percent / 100)}, {"policy", policy}};
    EXPECT_NEAR(ratio, replayedHitRatio(other, trace), tolerance)
        << "at " << percent << " percent of " << option << " " << size << ", policy " << policy;
  }
  EXPECT_EQ(percents, (std::vector<unsigned>{50, 100, 200, 400}));
}

TEST(LruSizing, EstimatesWithinTwoPointsOfAReplay) {
  for (const std::string policy : {"adaptive", "lru"}) {
    expectTheEstimateToMatch("max_entries", 250, policy, zipf(30'000, 5'000, 1), 0.02);
    expectTheEstimateToMatch("max_entries", 200, policy, withScans(30'000), 0.02);
    expectTheEstimateToMatch("max_entries", 200, policy, loop(10'000, 500), 0.02);
  }
}

TEST(LruSizing, EstimatesABoundInBytes) {
  expectTheEstimateToMatch("max_bytes", 1 << 20, "adaptive", zipf(30'000, 10'000, 2), 0.02);
}

TEST(LruSizing, EstimatesFromASampleOfManyKeys) {
  expectTheEstimateToMatch("max_entries", 5'000, "adaptive", zipf(100'000, 50'000, 3), 0.02);
}

void expectOneMissAtEverySize(const OpenCache& cache) {
  const auto estimate = cache.sizing();
  ASSERT_TRUE(estimate);
  EXPECT_EQ(estimate->points.size(), 4U);
  for (const auto& point : estimate->points) EXPECT_EQ(point.misses, 1U) << point.percent;
}

TEST(LruSizing, AnExpiredEntryIsAMissAtEverySize) {
  OpenCache cache(Settings{{"max_entries", "100"}});
  ASSERT_EQ(cache.set("k", "v", 1s), Status::ok);
  ASSERT_EQ(cache.get("k").status, Status::ok);
  cache.advance(2s);

  ASSERT_EQ(cache.get("k").status, Status::miss);

  expectOneMissAtEverySize(cache);
}

TEST(LruSizing, AnErasedEntryIsAMissAtEverySize) {
  OpenCache cache(Settings{{"max_entries", "100"}});
  ASSERT_EQ(cache.set("k", "v"), Status::ok);
  ASSERT_EQ(cache.perform(OpCode::erase, "k").status, Status::ok);

  ASSERT_EQ(cache.get("k").status, Status::miss);

  expectOneMissAtEverySize(cache);
}

TEST(LruSizing, AnEntryOfAClearedNamespaceIsAMissAtEverySize) {
  OpenCache cache(Settings{{"max_entries", "100"}});
  ASSERT_EQ(cache.set("k", "v"), Status::ok);
  ASSERT_EQ(cache.clear("ns"), Status::ok);

  ASSERT_EQ(cache.get("k").status, Status::miss);

  expectOneMissAtEverySize(cache);
}

TEST(LruSizing, StoringAfterAMissDoesNotMakeAnEntryTheNewestInALargerCache) {
  OpenCache cache(Settings{{"max_entries", "1"}, {"policy", "lru"}});
  // At twice the size, "b" was used after "a". Only the cache itself has lost "a" and stores it again.
  for (const char* key : {"a", "b"}) ASSERT_EQ(cache.set(key, "v"), Status::ok);
  ASSERT_EQ(cache.get("a").status, Status::miss);
  ASSERT_EQ(cache.get("b").status, Status::ok);
  ASSERT_EQ(cache.set("a", "v"), Status::ok);
  ASSERT_EQ(cache.set("c", "v"), Status::ok);

  ASSERT_EQ(cache.get("b").status, Status::miss);

  const auto estimate = cache.sizing();
  ASSERT_TRUE(estimate);
  EXPECT_EQ(estimate->points[2].percent, 200U);
  EXPECT_EQ(estimate->points[2].misses, 0U);
}

// ---- cost ----

// An estimate beside counters that the test moves; every operation is a miss of the same key.
struct Estimated {
  explicit Estimated(std::int64_t allowance) : estimate({}, lru::Policy::adaptive, 16384, gets, allowance) {
    op.opcode = LARDER_OP_GET;
  }
  void miss() {
    gets.add(0, 1);
    if (estimate.samples(1)) estimate.notice({op, 1, 1, moment}, LARDER_MISS);
  }
  larder_sizing_report report() {
    larder_sizing_report report{};
    report.points = points.data();
    report.count = static_cast<std::uint32_t>(points.size());
    estimate.report(report);
    return report;
  }

  lru::GetCounters gets;
  lru::SizingEstimate estimate;
  larder_op op{};
  lru::Moment moment{nullptr};
  std::array<larder_sizing_point, 4> points{};
};

TEST(LruSizing, PausesWhenItsAllowanceIsSpent) {
  Estimated cache(1'000);
  for (int i = 0; i < 1'000; ++i) cache.miss();

  const auto report = cache.report();

  EXPECT_GT(report.gets, 0U);
  EXPECT_LT(report.gets, 100U);
  EXPECT_EQ(cache.points[1].misses + 1, report.gets) << "the last one found nothing left";
}

TEST(LruSizing, ResumesWhenLookUpsHaveEarnedIt) {
  Estimated cache(1'000);
  for (int i = 0; i < 1'000; ++i) cache.miss();
  const auto before = cache.report().gets;

  cache.gets.add(lru::SizingEstimate::kWindow / 2, 0);
  cache.estimate.turn(1);
  for (int i = 0; i < 10; ++i) cache.miss();
  EXPECT_EQ(cache.report().gets, before) << "too few look-ups";

  cache.gets.add(lru::SizingEstimate::kWindow, 0);
  cache.estimate.turn(2);
  // More replays than a window has, so it ends.
  for (std::int64_t i = 0; i < lru::SizingEstimate::kWindow / 20; ++i) cache.miss();
  EXPECT_GT(cache.report().gets, before + lru::SizingEstimate::kWindow) << "the pause counts with the window";
}

TEST(LruSizing, ResumesWithoutTheHousekeeperToo) {
  Estimated cache(1'000);
  for (int i = 0; i < 1'000; ++i) cache.miss();
  const auto before = cache.report().gets;

  for (std::int64_t i = 0; i < lru::SizingEstimate::kWindow / 2; ++i) cache.miss();

  EXPECT_GT(cache.report().gets, before);
}

TEST(LruSizing, KeepsNoMoreKeysThanItsMemoryAllows) {
  lru::SampledKeys keys(100);
  for (std::uint64_t hash = 1; hash <= 100; ++hash) ASSERT_NE(keys.add(hash << 20), 0);

  EXPECT_EQ(keys.add(1), 0);
  keys.remove(keys.find(std::uint64_t{50} << 20));
  EXPECT_NE(keys.add(1), 0);
  EXPECT_EQ(keys.find(std::uint64_t{50} << 20), 0);
  EXPECT_NE(keys.find(std::uint64_t{51} << 20), 0);
}

}  // namespace
}  // namespace larder::lru_test
