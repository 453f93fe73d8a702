// SPDX-License-Identifier: Apache-2.0
//
// Many hosts share one backend, and one of them computes. Each host is a separate Cache.
#include <larder/cache.hpp>
#include <larder/timer_wheel.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "engine/answers.hpp"
#include "engine/our_backends.hpp"
#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using tests::eventually;

namespace {

CacheRequest requestWith(Compute compute) {
  return {.nameSpace = "test",
          .key = KeyBuilder().field("k").build(),
          .expire = 30s,
          .lockAcrossHosts = 10s,
          .compute = std::move(compute)};
}

class HostLock : public ::testing::Test {
 protected:
  struct Host {
    explicit Host(const std::shared_ptr<Backend>& backend)
        : cache(backend, {.onRoundTrip = [this](OpCode, std::chrono::nanoseconds) { ++roundTrips; }}) {}
    std::atomic<int> roundTrips{0};
    Cache cache;
    ManualExecutor executor;
  };

  Compute counted() {
    return [this] { return Computed{.payload = std::to_string(++computations_)}; };
  }
  void ask(Host& host, Compute compute = {}) {
    auto request = requestWith(compute ? compute : counted());
    request.lockAcrossHosts = lock_;
    host.cache.getOrCompute(std::move(request), host.executor,
                            [this](CacheResult result) { answers_.add(result.source); });
  }
  // Advances the clock until the waiting host has polled for the value and the lock.
  void letLook(Host& host, std::chrono::milliseconds time) {
    const int before = host.roundTrips;
    services_.advance(time + TimerWheel::resolution);
    ASSERT_TRUE(eventually([&] { return host.roundTrips >= before + 2; }));
  }

  conformance::ManualServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_BARE_PLUGIN, services_);
  std::atomic<int> computations_{0};
  std::chrono::milliseconds lock_ = 10s;
  tests::Answers answers_;
  Host first_{backend_};
  Host second_{backend_};
  Host third_{backend_};
};

}  // namespace

TEST_F(HostLock, LetsOneHostComputeForAll) {
  for (int i = 0; i < 200; ++i) ask(i % 3 == 0 ? first_ : i % 3 == 1 ? second_ : third_);

  second_.executor.runAll();
  third_.executor.runAll();
  EXPECT_EQ(answers_.count(), 0u) << "the others wait for the first host";
  first_.executor.runAll();
  services_.advance(20ms + TimerWheel::resolution);

  EXPECT_TRUE(eventually([&] { return answers_.count() == 200; }));
  EXPECT_EQ(computations_, 1);
}

TEST_F(HostLock, OfADeadHostIsTakenOverByOneOtherHostAfterItExpires) {
  ask(first_);  // its executor never runs, as if the host had died
  ask(second_);
  ask(third_);
  letLook(second_, 9s);
  EXPECT_EQ(second_.executor.waiting(), 0u);
  services_.advance(1s);

  ASSERT_TRUE(eventually([&] { return second_.executor.waiting() + third_.executor.waiting() == 1; }));
  second_.executor.runAll();
  third_.executor.runAll();
  services_.advance(1s);

  ASSERT_TRUE(eventually([&] { return answers_.count() == 2; }));
  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(answers_.all(), (std::vector{Source::computed, Source::hit}));
}

TEST_F(HostLock, IsReleasedWithTheValueOrTheError) {
  ask(first_, []() -> Computed { throw std::runtime_error("broken"); });
  first_.executor.runAll();

  ask(second_);
  second_.executor.runAll();

  EXPECT_EQ(answers_.all(), (std::vector{Source::failed, Source::computed}));
}

TEST_F(HostLock, IsWaitedForAtMostTwiceItsExpiry) {
  lock_ = 30s;
  ask(first_);  // its executor never runs
  lock_ = 10s;
  ask(third_);
  letLook(third_, 19s);
  EXPECT_EQ(third_.executor.waiting(), 0u);
  services_.advance(1s);

  EXPECT_TRUE(eventually([&] { return third_.executor.waiting() == 1; }));
}

TEST_F(HostLock, HasNoEffectOnABackendWithoutConditions) {
  const auto plain = openBackend(LARDER_PLAIN_PLUGIN, services_);
  Host one(plain);
  Host other(plain);
  ask(one);
  ask(other);

  one.executor.runAll();
  other.executor.runAll();

  EXPECT_EQ(computations_, 2);
}

TEST_F(HostLock, LetsOneHostRefreshAStaleValue) {
  std::binary_semaphore go_on(0);
  auto request = requestWith(counted());
  request.renewal.staleWhileRevalidate = 1h;
  first_.cache.getOrCompute(request);
  services_.advance(31s);
  request.compute = [&] {
    go_on.acquire();
    return Computed{.payload = std::to_string(++computations_)};
  };

  EXPECT_EQ(first_.cache.getOrCompute(request).source, Source::stale);
  EXPECT_EQ(second_.cache.getOrCompute(request).source, Source::stale);
  go_on.release();
  first_.cache.stopRenewing();
  second_.cache.stopRenewing();

  EXPECT_EQ(computations_, 2);
  EXPECT_EQ(second_.cache.counters().refreshFailures, 0u);
  EXPECT_EQ(second_.cache.getOrCompute(request).payload.bytes(), "2");
}

namespace {

class HostLockOnOurBackends : public ::testing::TestWithParam<tests::Kind> {
 protected:
  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
};

}  // namespace

TEST_P(HostLockOnOurBackends, LetsOneOfThreeHostsComputeForAllTheirThreads) {
  const CacheOptions patient{.operationTimeout = 20s, .flightWait = 60s};
  std::array<Cache, 3> hosts{Cache(opened_.backend, patient), Cache(opened_.backend, patient),
                             Cache(opened_.backend, patient)};
  std::atomic<int> computations{0};
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 24; ++i)
    clients.emplace_back([&, i] {
      const auto result = hosts[static_cast<std::size_t>(i % 3)].getOrCompute(requestWith([&] {
        ++computations;
        EXPECT_TRUE(eventually([&] {
          std::uint64_t followers = 0;
          for (const auto& host : hosts) followers += host.counters().flightWaits;
          return followers == 24 - hosts.size();
        }));
        return Computed{.payload = "once"};
      }));
      if (result.payload.bytes() == "once") ++right;
    });
  for (auto& client : clients) client.join();

  EXPECT_EQ(computations, 1);
  EXPECT_EQ(right, 24);
}

INSTANTIATE_TEST_SUITE_P(Backends, HostLockOnOurBackends, tests::ourBackends(), tests::nameOf);
