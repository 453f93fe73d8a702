// SPDX-License-Identifier: Apache-2.0
//
// Two hosts with lru in front of one Redis, on the built program.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "host_process.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"

using namespace larder;
using namespace std::chrono_literals;
using larder::system::HostProcess;

namespace {

using Time = std::chrono::steady_clock;

class TieredHosts : public ::testing::Test {
 protected:
  std::vector<std::string> arguments() const {
    return {"--backend", "near",
            "--set",     "backends.near.l1=lru",
            "--set",     "backends.near.l2=redis",
            "--set",     "backends.redis.url=" + redis.url(),
            "--set",     "users.database=sqlite:" + (shared.path() / "users.db").string(),
            "--set",     "cache.expire=10min"};
  }
  static bool put(const HostProcess& host, const std::string& name) {
    return host.request("PUT", "/users/1", {}, R"({"name":")" + name + R"(","email":"a@example.org"})")
               .status == 200;
  }
  static bool shows(const HostProcess& host, const std::string& name) {
    return host.get("/users/1").body().find(name) != std::string::npos;
  }

  servers::TempDirectory shared{"tiers"};
  servers::RedisServer redis;
};

TEST_F(TieredHosts, AHitInTheHostsMemorySendsNothingToRedis) {
  HostProcess host(arguments());
  host.get("/users/1");
  const auto asked = [&host] { return host.metric("larder_backend_hits_total{backend=\"redis\"}"); };

  // Redis also announces the host's own write, a little later, and the host then asks once more.
  bool asked_nothing = false;
  for (int turn = 0; turn < 100 && !asked_nothing; ++turn) {
    const auto before = asked();
    const auto answer = host.get("/users/1");
    ASSERT_TRUE(answer.cacheStatus().starts_with("larder; hit")) << answer.text;
    asked_nothing = asked() == before;
  }

  EXPECT_TRUE(asked_nothing);
  EXPECT_GT(host.metric("larder_plugin_tiers_l1_hits_total{backend=\"near\"}"), 0);
}

// The target is 50 ms; a machine busy with other work may take longer without a fault.
TEST_F(TieredHosts, AWriteOfOneHostIsServedByTheOther) {
  HostProcess here(arguments());
  HostProcess there(arguments());
  std::vector<double> waits;
  for (int round = 0; round < 30; ++round) {
    const auto name = "Name" + std::to_string(round);
    there.get("/users/1");  // into its memory
    there.get("/users/1");
    ASSERT_TRUE(put(here, name));
    const auto written = Time::now();
    while (!shows(there, name)) ASSERT_LT(Time::now() - written, 2s) << "round " << round;
    waits.push_back(std::chrono::duration<double, std::milli>(Time::now() - written).count());
  }

  std::sort(waits.begin(), waits.end());
  std::cout << "fresh on the other host after: median " << waits[waits.size() / 2] << " ms, longest "
            << waits.back() << " ms, of " << waits.size() << "\n";
}

TEST_F(TieredHosts, AfterAnOutageOfRedisNoOldAnswerIsServed) {
  HostProcess here(arguments());
  HostProcess there(arguments());
  ASSERT_TRUE(put(here, "Before"));
  ASSERT_TRUE(shows(there, "Before"));
  redis.pause();
  ASSERT_TRUE(put(here, "During"));  // its invalidation fails

  redis.resume();

  EXPECT_TRUE(shows(here, "During"));
  const auto resumed = Time::now();
  while (!shows(there, "During")) ASSERT_LT(Time::now() - resumed, 10s);
}

}  // namespace
