// SPDX-License-Identifier: Apache-2.0
#include <larder/http/request_stats.hpp>

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include "admin/operation_stats.hpp"
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"
#include "waiting/eventually.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;

std::uint64_t count(const RequestStats& stats, CacheOutcome outcome) {
  return stats.totals().requests[static_cast<std::size_t>(outcome)];
}

class RequestsAreCounted : public testing::Test {
 protected:
  RequestsAreCounted() {
    app_.get("/users", handler(), cache(30s).staleWhileRevalidate(10s).honourClient());
    app_.get("/plain", handler());
    app_.get(
        "/broken", [](const Request&) -> Response { throw std::runtime_error("broken"); }, cache(30s));
  }

  // Takes 3 ms by the test's clock.
  Handler handler() {
    return [this](const Request&) {
      services_.advance(3ms);
      return Response::text("body");
    };
  }
  void ask(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    auto request = Request::of(method, target);
    request.headers = std::move(headers);
    app_.handle(request);
  }
  const RequestStats& of(std::string_view route) const {
    for (const auto& endpoint : app_.router().endpoints())
      if (endpoint->name() == route) return *endpoint->stats;
    throw std::out_of_range("no such route");
  }

  conformance::ManualServices services_;
  host::OperationStats operations_{"scripted"};
  Cache cache_{
      openBackend(LARDER_LRU_PLUGIN, services_),
      {.onRoundTrip = [this](OpCode first, std::chrono::nanoseconds took) { operations_.add(first, took); }}};
  App app_{cache_};
};

TEST_F(RequestsAreCounted, ByRouteAndCacheOutcome) {
  ask("/users");
  ask("/users");
  ask("/users", {}, "HEAD");
  ask("/users", {{"Authorization", "x"}});
  services_.advance(35s);
  ask("/users");
  ask("/plain");
  ask("/nowhere");
  ask("/plain", {}, "PUT");

  const auto& users = of("GET /users");
  EXPECT_EQ(count(users, CacheOutcome::miss), 1u);
  EXPECT_EQ(count(users, CacheOutcome::hit), 2u);
  EXPECT_EQ(count(users, CacheOutcome::bypass), 1u);
  EXPECT_EQ(count(users, CacheOutcome::stale), 1u);
  EXPECT_EQ(count(users, CacheOutcome::none), 0u);
  EXPECT_EQ(count(of("GET /plain"), CacheOutcome::none), 1u);
  EXPECT_EQ(count(app_.unrouted(), CacheOutcome::none), 2u);
}

TEST_F(RequestsAreCounted, A304LikeItsFullResponse) {
  ask("/users");
  ask("/users", {{"If-None-Match", "*"}});

  EXPECT_EQ(count(of("GET /users"), CacheOutcome::hit), 1u);
}

TEST_F(RequestsAreCounted, AlsoIfTheHandlerThrows) {
  ask("/broken");

  EXPECT_EQ(count(of("GET /broken"), CacheOutcome::none), 1u);
}

TEST_F(RequestsAreCounted, WithTheirDurations) {
  ask("/users");
  ask("/users");

  const auto durations = of("GET /users").totals().durations();
  EXPECT_EQ(durations.total(), 2u);
  EXPECT_EQ(durations.sum, 3ms);
  EXPECT_EQ(durations.buckets[0], 1u) << "the hit took no time of this clock";
}

TEST_F(RequestsAreCounted, WithHitsAndHandlersTimedSeparately) {
  ask("/users");
  ask("/users");
  services_.advance(35s);
  ask("/users");
  ask("/plain");

  const auto users = of("GET /users").totals();
  EXPECT_EQ(users.fromHandler.total(), 1u);
  EXPECT_EQ(users.fromHandler.sum, 3ms);
  EXPECT_EQ(users.fromCache.total(), 2u) << "a hit and a stale one";
  EXPECT_EQ(of("GET /plain").totals().fromHandler.total(), 1u);
}

TEST_F(RequestsAreCounted, WithTheirRoundTrips) {
  ask("/users");
  ask("/users");

  std::uint64_t gets = 0;
  std::uint64_t sets = 0;
  operations_.each([&](std::string_view, std::string_view name, const DurationHistogram::Counts& counts) {
    if (name == "get") gets = counts.total();
    if (name == "set") sets = counts.total();
  });
  EXPECT_EQ(gets, 3u) << "the miss looks again after it took the lead";
  EXPECT_EQ(sets, 1u);
}

TEST_F(RequestsAreCounted, OnceForAFollower) {
  std::latch begun(1);
  std::latch end(1);
  app_.get(
      "/slow",
      [&](const Request&) {
        begun.count_down();
        end.wait();
        return Response::text("slow");
      },
      cache(30s));
  std::thread leader([this] { ask("/slow"); });
  begun.wait();
  std::thread follower([this] { ask("/slow"); });
  EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 1; }));
  end.count_down();
  leader.join();
  follower.join();

  EXPECT_EQ(count(of("GET /slow"), CacheOutcome::miss), 1u);
  EXPECT_EQ(count(of("GET /slow"), CacheOutcome::collapsed), 1u);
  EXPECT_EQ(cache_.counters().flightWaits, 1u);
  EXPECT_EQ(cache_.counters().flightTimeouts, 0u);
}

TEST(RequestStats, LoseNothingWhenThreadsCountConcurrently) {
  RequestStats stats;
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i)
    threads.emplace_back([&stats] {
      for (int n = 0; n < 1000; ++n) stats.add(CacheOutcome::hit, 7us);
    });
  for (auto& thread : threads) thread.join();

  const auto totals = stats.totals();
  EXPECT_EQ(totals.requests[static_cast<std::size_t>(CacheOutcome::hit)], 12'000u);
  EXPECT_EQ(totals.durations().total(), 12'000u);
  EXPECT_EQ(totals.durations().sum, 84ms);
}

TEST(DurationHistogram, CountsABoundInTheBucketBelowIt) {
  DurationHistogram histogram;
  for (const auto bound : DurationHistogram::kBounds) histogram.add(bound);
  histogram.add(1h);
  histogram.add(0ns);

  const auto counts = histogram.counts();
  EXPECT_EQ(counts.buckets.front(), 2u);
  for (std::size_t i = 1; i < counts.buckets.size(); ++i) EXPECT_EQ(counts.buckets[i], 1u) << i;
}

}  // namespace
}  // namespace larder::http
