// SPDX-License-Identifier: Apache-2.0
//
// Many concurrent clients of a value that is no longer stored.
#include "stampede_request.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/our_backends.hpp"
#include "servers/child_process.hpp"
#include "servers/temp_directory.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

const CacheOptions kPatient{.operationTimeout = 20s, .flightWait = 60s};

class Stampede : public ::testing::TestWithParam<tests::Kind> {
 protected:
  // Whether the backend, too, has expired the entry.
  bool isGone(const Key& key) const {
    const Operation get{.code = OpCode::get, .nameSpace = "larder:stampede", .key = key.stored()};
    return opened_.backend->perform(get, opened_.backend->in(20s)).status == Status::miss;
  }
  // Takes until each client of ask() but one per host waits for another client of its host.
  Compute counted() {
    return [this] {
      ++computations_;
      EXPECT_TRUE(tests::eventually([this] {
        std::uint64_t waiting = 0;
        for (const auto* host : hosts_) waiting += host->counters().flightWaits;
        return waiting == followers_;
      }));
      return Computed{.payload = "once"};
    };
  }
  // Runs `count` clients, assigned to the hosts in turn. Returns how many got the value.
  int ask(const std::vector<Cache*>& hosts, std::size_t count, CacheRequest request) {
    hosts_ = hosts;
    followers_ = count - hosts.size();
    std::atomic<int> right{0};
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < count; ++i)
      clients.emplace_back([&, host = hosts[i % hosts.size()]] {
        if (host->getOrCompute(request).payload.bytes() == "once") ++right;
      });
    for (auto& client : clients) client.join();
    return right;
  }

  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  std::vector<Cache*> hosts_;
  std::size_t followers_ = 0;
  std::atomic<int> computations_{0};
};

class StampedeOnManyHosts : public Stampede {
 protected:
  // A host with its own connection and, where the backend has tiers, its own L1.
  struct Host {
    Host(const tests::Kind& kind, const tests::Opened& first, HostServices& services)
        : cache(kind.openAgain(first, services), kPatient) {}
    Cache cache;
  };
  Host host() { return {GetParam(), opened_, services_}; }
};

}  // namespace

TEST_P(Stampede, TwoHundredClientsOfAnExpiredValueComputeItOnce) {
  Cache cache(opened_.backend, kPatient);
  auto request = tests::stampedeRequest([] { return Computed{.payload = "expired"}; });
  request.lockAcrossHosts = 0s;
  request.expire = 50ms;
  cache.getOrCompute(request);
  ASSERT_TRUE(tests::eventually([&] { return isGone(request.key); }));
  request.expire = 1h;
  request.compute = counted();

  EXPECT_EQ(ask({&cache}, 200, request), 200);
  EXPECT_EQ(computations_, 1);
}

TEST_P(StampedeOnManyHosts, ThreeHostsWithALockComputeOnce) {
  Host one = host(), two = host(), three = host();

  EXPECT_EQ(ask({&one.cache, &two.cache, &three.cache}, 200, tests::stampedeRequest(counted())), 200);
  EXPECT_EQ(computations_, 1);
}

TEST_P(StampedeOnManyHosts, AfterTheComputingHostIsKilledOneOtherComputes) {
  const bool redis = GetParam().name.ends_with("redis");
  servers::TempDirectory directory("stampede");
  const auto log = directory.path() / "log";
  servers::ChildProcess dying({{LARDER_DYING_HOST, redis ? LARDER_REDIS_PLUGIN : LARDER_MEMCACHED_PLUGIN,
                                redis ? "url" : "servers", opened_.url},
                               log});
  const auto said = [&log] {
    std::ostringstream text;
    text << std::ifstream(log).rdbuf();
    return text.str();
  };
  ASSERT_TRUE(tests::eventually([&said] { return said() == "computing\n"; })) << said();
  Host one = host(), two = host();
  std::atomic<int> right{0};
  std::thread asking([&] { right = ask({&one.cache, &two.cache}, 100, tests::stampedeRequest(counted())); });

  dying.end(SIGKILL, 5s);
  asking.join();

  EXPECT_EQ(right, 100);
  EXPECT_EQ(computations_, 1);
}

INSTANTIATE_TEST_SUITE_P(Backends, Stampede, tests::ourBackends(), tests::nameOf);
INSTANTIATE_TEST_SUITE_P(Backends, StampedeOnManyHosts, tests::sharedBackends(), tests::nameOf);
