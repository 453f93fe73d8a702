// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

#include "commands/bench_load.hpp"
#include "commands/latency_histogram.hpp"
#include "commands/zipf.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

TEST(LatencyHistogram, GivesQuantilesWithinASixtyFourth) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 10'000; ++i) histogram.add(std::chrono::nanoseconds(i * 1000));

  for (const double q : {0.01, 0.5, 0.99, 1.0}) {
    const double exact = q * 10'000'000;
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()), exact, exact / 64) << q;
  }
}

TEST(LatencyHistogram, IsExactForShortLatenciesAndKeepsTheLongest) {
  LatencyHistogram histogram;
  histogram.add(0ns);
  EXPECT_EQ(histogram.quantile(1.0), 0ns);
  histogram.add(127ns);
  EXPECT_EQ(histogram.quantile(1.0), 127ns);
  histogram.add(std::chrono::hours(24));
  EXPECT_EQ(histogram.quantile(1.0), std::chrono::nanoseconds((std::int64_t{1} << 40) - 1));
}

TEST(LatencyHistogram, IsZeroWithoutSamples) { EXPECT_EQ(LatencyHistogram().quantile(0.5), 0ns); }

TEST(LatencyHistogram, MergesCounts) {
  LatencyHistogram left;
  LatencyHistogram right;
  left.add(10ns);
  right.add(20ns);
  left.merge(right);

  EXPECT_EQ(left.count(), 2u);
  EXPECT_EQ(left.quantile(0.5), 10ns);
  EXPECT_EQ(left.quantile(1.0), 20ns);
}

TEST(Zipf, DrawsRanksByTheirWeight) {
  constexpr std::size_t count = 200'000;
  const auto draws = drawZipf(10, 1.0, count, 1);

  double harmonic = 0;
  for (int k = 1; k <= 10; ++k) harmonic += 1.0 / k;
  for (const std::uint32_t rank : {0u, 1u, 9u}) {
    const auto seen = static_cast<double>(std::count(draws.begin(), draws.end(), rank));
    EXPECT_NEAR(seen / count, 1.0 / (rank + 1) / harmonic, 0.005) << rank;
  }
}

TEST(Zipf, WithoutExponentIsUniform) {
  const auto draws = drawZipf(4, 0.0, 100'000, 1);

  for (const std::uint32_t rank : {0u, 3u})
    EXPECT_NEAR(static_cast<double>(std::count(draws.begin(), draws.end(), rank)) / 100'000, 0.25, 0.01);
}

TEST(BenchMix, HasAWeightForEachKindOfRequest) {
  const auto mix = BenchMix::parse("get:95,set:5");
  ASSERT_TRUE(mix);
  EXPECT_EQ(mix->weights, (std::array<double, 3>{95, 0, 5}));
  const auto single = BenchMix::parse("get-or-insert");
  ASSERT_TRUE(single);
  EXPECT_EQ(single->weights, (std::array<double, 3>{0, 1, 0}));
}

TEST(BenchLoad, CyclesThroughTheKeysFromItsStart) {
  const std::vector<std::uint32_t> keys{7, 8, 9};
  BenchLoad load(*BenchMix::parse("set"), keys, 2, 1);

  for (const std::uint32_t key : {9U, 7U, 8U, 9U}) {
    const auto request = load.next();
    EXPECT_EQ(request.key, key);
    EXPECT_EQ(request.kind, BenchRequest::set);
  }
}

TEST(BenchLoad, DrawsKindsByTheirWeights) {
  const std::vector<std::uint32_t> keys{0};
  BenchLoad load(*BenchMix::parse("get:3,set:1"), keys, 0, 1);

  int sets = 0;
  for (int i = 0; i < 10'000; ++i) sets += load.next().kind == BenchRequest::set ? 1 : 0;

  EXPECT_NEAR(sets, 2500, 200);
}

TEST(BenchPace, SpacesRequestsEvenlyFromTheStart) {
  const BenchPace::Clock::time_point begin{1s};
  BenchPace pace(begin, 10ms);

  EXPECT_EQ(pace.due(), begin);
  pace.advance();
  pace.advance();
  EXPECT_EQ(pace.due(), begin + 20ms);
}

}  // namespace
}  // namespace larder::host
