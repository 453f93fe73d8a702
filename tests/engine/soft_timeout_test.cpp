// SPDX-License-Identifier: Apache-2.0
//
// Computations that exceed the caller's timeout while an expired value is available.
#include <larder/cache.hpp>
#include <larder/timer_wheel.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <semaphore>
#include <stdexcept>
#include <utility>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "engine/answers.hpp"
#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using tests::eventually;

namespace {

constexpr auto kAtOnce = 1ms;
constexpr auto kNever = 1h;

// The clock stands still until a test advances it.
class SoftTimeout : public ::testing::Test {
 protected:
  void SetUp() override {
    get(kNever);
    services_.advance(31s);  // expired
  }
  CacheRequest request(std::chrono::milliseconds timeout, Compute compute = {}) {
    if (!compute) compute = [this] { return Computed{.payload = std::to_string(++computations_)}; };
    return {.nameSpace = "test",
            .key = key_,
            .expire = 30s,
            .renewal = {.staleIfError = 1h, .softTimeout = timeout},
            .compute = std::move(compute)};
  }
  CacheResult get(std::chrono::milliseconds timeout, Compute compute = {}) {
    return cache_.getOrCompute(request(timeout, std::move(compute)));
  }
  Compute slow() {
    return [this] {
      ++started_;
      goOn_.acquire();
      return Computed{.payload = std::to_string(++computations_)};
    };
  }
  // Makes a call whose computation exceeds the caller's timeout.
  CacheResult getLate() {
    const int before = started_;
    auto answer = std::async(std::launch::async, [this] { return get(kAtOnce, slow()); });
    EXPECT_TRUE(eventually([&] { return started_ > before; }));
    services_.advance(kAtOnce + TimerWheel::resolution);
    return answer.get();
  }
  void awaitStores(std::uint64_t count) {
    EXPECT_TRUE(eventually([&] { return cache_.counters().stores >= count; }));
  }

  const Key key_ = KeyBuilder().field("k").build();
  conformance::ManualServices services_;
  std::atomic<int> computations_{0};
  std::atomic<int> started_{0};
  std::counting_semaphore<> goOn_{0};
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
};

}  // namespace

TEST_F(SoftTimeout, ServesTheExpiredValueAndLetsTheComputationFinish) {
  const auto stale = getLate();
  goOn_.release();
  awaitStores(2);
  const auto renewed = get(kAtOnce);

  EXPECT_EQ(stale.source, Source::stale);
  EXPECT_EQ(stale.payload.bytes(), "1");
  EXPECT_EQ(stale.ttl, -1s);
  EXPECT_EQ(renewed.source, Source::hit);
  EXPECT_EQ(renewed.payload.bytes(), "2");
}

TEST_F(SoftTimeout, ThatIsNotReachedChangesNothing) {
  const auto computed = get(kNever);

  EXPECT_EQ(computed.source, Source::computed);
  EXPECT_EQ(computed.payload.bytes(), "2");
  EXPECT_EQ(get(kNever).source, Source::hit);
}

TEST_F(SoftTimeout, AFailureBeforeTheTimeoutIsReplacedByTheExpiredValue) {
  const auto threw = get(kNever, []() -> Computed { throw std::runtime_error("broken"); });
  const auto failed =
      get(kNever, [] { return Computed{.payload = "503", .cacheable = false, .failed = true}; });

  EXPECT_EQ(threw.source, Source::staleOnError);
  EXPECT_EQ(failed.source, Source::staleOnError);
  EXPECT_EQ(failed.payload.bytes(), "1");
}

TEST_F(SoftTimeout, AnUncacheableResultGoesOnlyToItsOwnCaller) {
  std::vector<std::string> answers;
  const auto collect = [&](CacheResult result) { answers.emplace_back(result.payload.bytes()); };
  ManualExecutor executor;
  std::binary_semaphore own(0);
  cache_.getOrCompute(request(kNever,
                              [this] {
                                goOn_.acquire();
                                return Computed{.payload = "own", .cacheable = false};
                              }),
                      executor, [&](CacheResult result) {
                        collect(std::move(result));
                        own.release();
                      });
  goOn_.release();
  own.acquire();

  EXPECT_EQ(answers, std::vector<std::string>{"own"});
  EXPECT_EQ(get(kNever).payload.bytes(), "2");
}

TEST_F(SoftTimeout, ACallerDuringASlowRefreshDoesNotWait) {
  getLate();

  const auto second = get(kNever);

  EXPECT_EQ(second.source, Source::stale);
  EXPECT_EQ(computations_, 1);
  goOn_.release();
}

TEST_F(SoftTimeout, FollowersAreAnsweredTogetherWithTheirLeader) {
  ManualExecutor executor;
  tests::Answers answers;
  for (int i = 0; i < 3; ++i)
    cache_.getOrCompute(request(kAtOnce, slow()), executor,
                        [&answers](CacheResult result) { answers.add(result.source); });

  services_.advance(kAtOnce + TimerWheel::resolution);

  ASSERT_TRUE(eventually([&] { return answers.count() == 3; }));
  EXPECT_EQ(answers.all(), (std::vector{Source::stale, Source::stale, Source::stale}));
  goOn_.release();
  awaitStores(2);
  EXPECT_EQ(computations_, 2);
}

TEST_F(SoftTimeout, WithoutAServableExpiredValueTheCallerWaits) {
  services_.advance(1h);

  EXPECT_EQ(get(kAtOnce,
                [this] {
                  services_.advance(20ms);
                  return Computed{.payload = std::to_string(++computations_)};
                })
                .source,
            Source::computed);
}

TEST(SoftTimeoutPolicy, RequiresALimitForServingExpiredValues) {
  EXPECT_THROW(larder::cache(30s).softTimeout(1s), std::invalid_argument);
  EXPECT_THROW(larder::cache(30s).staleIfError(1h).softTimeout(0s), std::invalid_argument);
  EXPECT_EQ(larder::cache(30s).staleIfError(1h).softTimeout(1s).renewal().softTimeout, 1s);
}
