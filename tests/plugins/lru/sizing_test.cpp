// SPDX-License-Identifier: Apache-2.0
#include "open_cache.hpp"

#include "get_counters.hpp"
#include "sizing_estimate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
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

void expectTheEstimateToMatch(const std::string& option, std::uint64_t size, const std::string& policy,
                              const Trace& trace, double tolerance) {
  OpenCache cache(Settings{{option, std::to_string(size)}, {"policy", policy}});
  getOrInsert(cache, trace);

  const auto estimate = cache.sizing();

  ASSERT_TRUE(estimate);
  EXPECT_EQ(estimate->gets, trace.size());
  EXPECT_EQ(estimate->misses, cache.stats().misses);
  std::vector<unsigned> percents;
  for (const auto& point : estimate->points) {
    percents.push_back(point.percent);
    const Settings other{{option, std::to_string(size * point.percent / 100)}, {"policy", policy}};
    EXPECT_NEAR(estimate->hitRatio(point), replayedHitRatio(other, trace), tolerance)
        << "at " << point.percent << " percent of " << option << " " << size << ", policy " << policy;
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

TEST(LruSizing, PausesUntilLookUpsHavePaidForItsReplays) {
  lru::GetCounters gets;
  lru::SizingEstimate estimate({}, lru::Policy::adaptive, 16384, gets, 3);
  larder_op op{};
  op.opcode = LARDER_OP_GET;
  lru::Moment moment(nullptr);
  const lru::Access access{op, 1, 1, moment};
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(estimate.samples(1));
    estimate.notice(access, LARDER_MISS);
  }
  EXPECT_FALSE(estimate.samples(1));

  gets.add(1'000'000, 0);
  estimate.turn(1);
  EXPECT_FALSE(estimate.samples(1)) << "too few look-ups";

  gets.add(9'000'000, 0);
  estimate.turn(2);
  EXPECT_TRUE(estimate.samples(1));
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
