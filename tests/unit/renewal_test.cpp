// SPDX-License-Identifier: Apache-2.0
//
// The behavior around the end of a value's time to live.
#include <larder/cache.hpp>
#include <larder/cached.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <vector>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"
#include "waiting/eventually.hpp"
#include "waiting/waiting_call.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;

namespace {

class Renewals : public ::testing::Test {
 protected:
  CacheRequest request(Renewal renewal, Compute compute = {}, std::vector<std::string> tags = {}) {
    if (!compute) compute = [this] { return Computed{.payload = std::to_string(++computations_)}; };
    return {.nameSpace = "test",
            .key = KeyBuilder().field("k").build(),
            .expire = 30s,
            .tags = std::move(tags),
            .renewal = renewal,
            .compute = std::move(compute)};
  }
  CacheResult get(Renewal renewal, Compute compute = {}) {
    return cache_.getOrCompute(request(renewal, std::move(compute)));
  }
  // Waits for background work; the clock stands still meanwhile.
  void awaitComputations(int count) {
    EXPECT_TRUE(tests::eventually(
        [&] { return computations_ >= count && cache_.counters().stores >= static_cast<unsigned>(count); }));
  }

  static Compute failing() {
    return []() -> Computed { throw std::runtime_error("broken"); };
  }

  conformance::ManualServices services_;
  std::atomic<int> computations_{0};
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {.random = [] { return 0.5; }}};
};

}  // namespace

TEST_F(Renewals, AStaleValueIsServedAtOnceWhileItIsRefreshed) {
  const Renewal renewal{.staleWhileRevalidate = 10s};
  get(renewal);
  services_.advance(35s);

  const auto stale = get(renewal);
  awaitComputations(2);
  const auto renewed = get(renewal);

  EXPECT_EQ(stale.source, Source::stale);
  EXPECT_EQ(stale.payload.bytes(), "1");
  EXPECT_EQ(stale.ttl, -5s);
  EXPECT_EQ(renewed.source, Source::hit);
  EXPECT_EQ(renewed.payload.bytes(), "2");
  EXPECT_EQ(cache_.counters().refreshes, 1u);
}

TEST_F(Renewals, AValueThatIsStaleForTooLongIsComputedBeforeTheAnswer) {
  const Renewal renewal{.staleWhileRevalidate = 10s};
  get(renewal);
  services_.advance(40s);

  EXPECT_EQ(get(renewal).source, Source::computed);
}

TEST_F(Renewals, ManyCallersOfAStaleValueRefreshItOnce) {
  const Renewal renewal{.staleWhileRevalidate = 10s};
  get(renewal);
  services_.advance(31s);
  std::counting_semaphore<> go_on(0);
  const auto slow = [&] {
    go_on.acquire();
    return Computed{.payload = std::to_string(++computations_)};
  };

  for (int i = 0; i < 20; ++i) EXPECT_EQ(get(renewal, slow).source, Source::stale);
  go_on.release(20);
  awaitComputations(2);

  EXPECT_EQ(computations_, 2);
}

TEST_F(Renewals, AFailedRefreshKeepsTheStaleValue) {
  const Renewal renewal{.staleWhileRevalidate = 10s};
  get(renewal);
  services_.advance(31s);

  get(renewal, failing());
  ASSERT_TRUE(tests::eventually([this] { return cache_.counters().refreshFailures > 0; }));

  EXPECT_EQ(get(renewal).source, Source::stale);
}

TEST_F(Renewals, AnInvalidatedValueIsNeverServedStale) {
  const Renewal renewal{.staleWhileRevalidate = 10s, .staleIfError = 10s};
  cache_.getOrCompute(request(renewal, {}, {"tag"}));
  services_.advance(31s);
  const std::vector<std::string> tags{"tag"};

  cache_.invalidate(tags);

  EXPECT_EQ(cache_.getOrCompute(request(renewal, {}, {"tag"})).source, Source::computed);
  cache_.invalidate(tags);
  EXPECT_THROW(cache_.getOrCompute(request(renewal, failing(), {"tag"})), std::runtime_error);
}

TEST_F(Renewals, AStaleValueIsServedInsteadOfAnErrorForItsWindowOnly) {
  const Renewal renewal{.staleIfError = 1h};
  get(renewal);
  services_.advance(30min);

  const auto instead = get(renewal, failing());
  services_.advance(31min);

  EXPECT_EQ(instead.source, Source::staleOnError);
  EXPECT_EQ(instead.payload.bytes(), "1");
  EXPECT_THROW(get(renewal, failing()), std::runtime_error);
}

TEST_F(Renewals, WithoutAWindowAnErrorIsAnError) {
  get({});
  services_.advance(31s);

  EXPECT_THROW(get({}, failing()), std::runtime_error);
}

TEST_F(Renewals, OnlyAHitLateInItsLifeIsRefreshedEarly) {
  const Renewal renewal{.eagerRefresh = 0.8};
  get(renewal);
  services_.advance(23s);
  get(renewal);
  const auto before = cache_.counters().refreshes;
  services_.advance(2s);

  const auto hit = get(renewal);
  awaitComputations(2);

  EXPECT_EQ(before, 0u);
  EXPECT_EQ(hit.source, Source::hit);
  EXPECT_EQ(get(renewal).payload.bytes(), "2");
}

TEST_F(Renewals, JitterShortensTheTimeToLive) {
  const Renewal renewal{.jitter = 0.2};  // with a random number of 0.5: a tenth
  get(renewal);

  services_.advance(26s);
  EXPECT_EQ(get(renewal).ttl, 1s);
  services_.advance(1s);
  EXPECT_EQ(get(renewal).source, Source::computed);
}

TEST_F(Renewals, StopWaitsForRunningRefreshesAndStartsNoMore) {
  const Renewal renewal{.staleWhileRevalidate = 1h};
  get(renewal);
  services_.advance(31s);
  std::binary_semaphore go_on(0);
  get(renewal, [&] {
    go_on.acquire();
    return Computed{.payload = std::to_string(++computations_)};
  });

  tests::WaitingCall stop([this] { cache_.stopRenewing(); });
  EXPECT_TRUE(stop.waits());
  go_on.release();
  stop.finish();

  EXPECT_EQ(computations_, 2);
  services_.advance(31s);
  EXPECT_EQ(get(renewal).source, Source::computed) << "no refresh would follow";
}

TEST_F(Renewals, ACachedFunctionIsRefreshedWithItsArguments) {
  std::atomic<int> calls{0};
  const auto twice = cached(cache_, "twice", larder::cache(30s).staleWhileRevalidate(1h),
                            [&calls](std::string text) { return text + text + std::to_string(++calls); });
  EXPECT_EQ(twice("a"), "aa1");
  services_.advance(31s);

  EXPECT_EQ(twice("a"), "aa1");
  ASSERT_TRUE(tests::eventually([this] { return cache_.counters().stores == 2; }));

  EXPECT_EQ(twice("a"), "aa2");
}

namespace {

class EndpointRenewals : public Renewals {
 protected:
  http::Response get(const std::string& target) { return app_.handle(http::Request::of("GET", target)); }
  static std::string status(const http::Response& response) {
    return std::string(response.headers.get("Cache-Status").value_or("none"));
  }

  http::App app_{cache_};
};

}  // namespace

TEST_F(EndpointRenewals, TheStatusSaysThatTheResponseIsStaleAndWhy) {
  app_.get(
      "/slow",
      [this](const http::Request& request) {
        return http::Response::text(request.path + std::to_string(++computations_));
      },
      larder::cache(30s).staleWhileRevalidate(10s));
  get("/slow");
  services_.advance(33s);

  const auto stale = get("/slow");
  awaitComputations(2);

  EXPECT_EQ(status(stale), "larder; hit; ttl=-3; detail=\"stale-while-revalidate\"");
  EXPECT_EQ(stale.body, "/slow1");
  EXPECT_EQ(stale.headers.get("Age"), "33");
  EXPECT_EQ(get("/slow").body, "/slow2");
}

TEST_F(EndpointRenewals, AStaleResponseReplacesA5xxOrAnExceptionIfThePolicyAllows) {
  int mode = 0;
  app_.get(
      "/users",
      [&mode](const http::Request&) {
        if (mode == 1) return http::Response::text("overloaded", 503);
        if (mode == 2) throw std::runtime_error("broken");
        return http::Response::text("good");
      },
      larder::cache(30s).staleIfError(1h));
  get("/users");
  services_.advance(90s);

  for (mode = 1; mode <= 2; ++mode) {
    const auto instead = get("/users");
    EXPECT_EQ(instead.status, 200);
    EXPECT_EQ(instead.body, "good");
    EXPECT_EQ(status(instead), "larder; hit; ttl=-60; detail=\"stale-if-error\"");
  }
  services_.advance(1h);
  mode = 1;
  EXPECT_EQ(get("/users").status, 503);
}

TEST(RenewalPolicy, AnOutOfRangeValueIsRefusedAtItsDeclaration) {
  EXPECT_THROW(larder::cache(30s).staleWhileRevalidate(0s), std::invalid_argument);
  EXPECT_THROW(larder::cache(30s).staleIfError(-1s), std::invalid_argument);
  EXPECT_THROW(larder::cache(30s).jitter(1), std::invalid_argument);
  EXPECT_THROW(larder::cache(30s).eagerRefresh(0), std::invalid_argument);
}
