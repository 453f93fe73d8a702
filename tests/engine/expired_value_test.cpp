// SPDX-License-Identifier: Apache-2.0
//
// Values that stay stored after they expire, including those that are expired when they are stored.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "engine/our_backends.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class ExpiredValues : public ::testing::Test {
 protected:
  static CacheRequest request(Computed computed = {}) {
    return {.nameSpace = "values",
            .key = KeyBuilder().field("k").build(),
            .expire = 60s,
            .keepExpired = 1h,
            .compute = [computed] { return computed; }};
  }
  static Computed expired(std::string payload) {
    return {.payload = std::move(payload), .expire = 0ms, .keepExpired = 1h};
  }

  conformance::ManualServices services_;
  Cache cache_{tests::openLru(services_), {}};
};

}  // namespace

TEST_F(ExpiredValues, AValueStoredAlreadyExpiredIsKeptForItsRecomputation) {
  const auto first = cache_.getOrCompute(request(expired("1")));
  std::string former;
  auto again = request();
  again.recompute = [&former](std::string_view payload) {
    former = payload;
    return Computed{.payload = "2"};
  };
  const bool found = cache_.find(request()).has_value();
  const auto second = cache_.getOrCompute(std::move(again));

  EXPECT_EQ(first.storing, CacheResult::Storing::stored);
  EXPECT_EQ(first.ttl, 0ms);
  EXPECT_FALSE(found);
  EXPECT_EQ(former, "1");
  EXPECT_EQ(second.source, CacheResult::Source::computed);
}

TEST_F(ExpiredValues, AnExpiredValueThatIsNotToBeKeptLivesForAMillisecond) {
  auto computed = expired("1");
  computed.keepExpired = 0ms;

  EXPECT_EQ(cache_.getOrCompute(request(computed)).ttl, 1ms);
}

TEST_F(ExpiredValues, FollowersOfAnExpiredValueComputeTheirOwn) {
  std::atomic<int> computations{0};
  auto slow = request();
  slow.compute = [this, &computations] {
    if (++computations == 1) {
      EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 1; }));
    }
    return expired("1");
  };
  std::thread other([this, &slow] {
    EXPECT_TRUE(tests::eventually([this] { return cache_.counters().computations == 1; }));
    EXPECT_EQ(cache_.getOrCompute(slow).source, CacheResult::Source::computed);
  });

  EXPECT_EQ(cache_.getOrCompute(slow).source, CacheResult::Source::computed);
  other.join();

  EXPECT_EQ(computations, 2);
}

TEST_F(ExpiredValues, FindAcceptsAValueExpiredWithinMaxStale) {
  cache_.getOrCompute(request({.payload = "1"}));
  services_.advance(70s);
  auto lenient = request();
  const auto within = [&](std::chrono::milliseconds max) {
    lenient.maxStale = max;
    return cache_.find(lenient);
  };

  EXPECT_FALSE(within(0s));
  EXPECT_FALSE(within(10s));
  ASSERT_TRUE(within(11s));
  EXPECT_EQ(within(11s)->source, CacheResult::Source::stale);
  EXPECT_EQ(within(11s)->ttl, -10s);
}
