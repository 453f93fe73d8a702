// SPDX-License-Identifier: Apache-2.0
#include "open_memcached.hpp"

#include "servers/memcached_server.hpp"
#include "waiting/eventually.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;

constexpr int kKeys = 100;

class SeveralServers : public ::testing::Test {
 protected:
  SeveralServers() : cache({first.url(), second.url()}) {
    for (int i = 0; i < kKeys; ++i)
      EXPECT_EQ(cache.set(std::to_string(i), "of " + std::to_string(i)), Status::ok);
  }

  struct Tally {
    int hits = 0;
    int outages = 0;
    int others = 0;
  };

  Tally readAll() {
    Tally tally;
    for (int i = 0; i < kKeys; ++i) {
      const auto status = cache.get(std::to_string(i)).status;
      ++(status == Status::ok ? tally.hits : status == Status::unavailable ? tally.outages : tally.others);
    }
    return tally;
  }

  servers::MemcachedServer first;
  servers::MemcachedServer second;
  OpenMemcached cache;
};

TEST_F(SeveralServers, AKilledServerLosesOnlyItsOwnKeys) {
  ASSERT_EQ(readAll().hits, kKeys);

  second.stop();
  const Tally tally = readAll();

  EXPECT_GT(tally.hits, kKeys / 4);
  EXPECT_GT(tally.outages, kKeys / 4);
  EXPECT_EQ(tally.others, 0) << "a key on a server that is down is not a miss";
}

TEST_F(SeveralServers, AHungServerDoesNotSlowTheOther) {
  int of_first = -1;
  second.pause();
  for (int i = 0; i < kKeys && of_first < 0; ++i) {
    Operation operation;
    const std::string key = std::to_string(i);
    operation.nameSpace = "ns";
    operation.key = key;
    if (cache.backend().perform(operation, cache.backend().in(20ms)).status == Status::ok) of_first = i;
  }
  ASSERT_GE(of_first, 0);

  for (int i = 0; i < 20; ++i) EXPECT_EQ(cache.get(std::to_string(of_first)).status, Status::ok);

  second.resume();
}

// Uses more callers than the plugin has threads and connections for one server.
TEST_F(SeveralServers, CallersWaitingForAHungServerDoNotDelayOthers) {
  constexpr std::size_t kWaiting = 20;
  std::vector<std::string> of_first;
  std::vector<std::string> of_second;
  first.stop();
  for (int i = 0; i < kKeys; ++i) {
    const auto key = std::to_string(i);
    (cache.get(key).status == Status::ok ? of_second : of_first).push_back(key);
  }
  ASSERT_GE(of_second.size(), kWaiting);
  first.start();
  OpenMemcached patient({first.url(), second.url()}, {{"timeout", {"60s"}}});
  for (const auto& key : of_second) ASSERT_EQ(patient.get(key).status, Status::ok);
  second.pause();
  std::atomic<std::size_t> begun{0};
  std::atomic<std::size_t> ended{0};
  std::vector<std::jthread> callers;
  for (std::size_t i = 0; i < kWaiting; ++i)
    callers.emplace_back([&, key = of_second[i]] {
      ++begun;
      patient.get(key);
      ++ended;
    });
  EXPECT_TRUE(tests::eventually([&begun] { return begun == kWaiting; }));

  for (const auto& key : of_first) EXPECT_EQ(patient.get(key).status, Status::miss);
  EXPECT_EQ(ended, 0u);

  second.resume();
}

TEST_F(SeveralServers, AClearReachesAllServersOrFails) {
  ASSERT_EQ(cache.clear(), Status::ok);
  EXPECT_EQ(readAll().hits, 0);

  second.stop();

  EXPECT_TRUE(failed(cache.clear()));
}

TEST_F(SeveralServers, APingSucceedsWhileOneServerAnswers) {
  ASSERT_EQ(cache.ping(), Status::ok);

  first.stop();
  EXPECT_EQ(cache.ping(), Status::ok);

  second.stop();
  EXPECT_EQ(cache.ping(), Status::unavailable);
}

TEST_F(SeveralServers, APingDoesNotWaitForAHungServer) {
  second.pause();
  Operation ping;
  ping.code = OpCode::ping;

  EXPECT_EQ(cache.backend().perform(ping, cache.backend().in(250ms)).status, Status::ok);

  second.resume();
}

TEST_F(SeveralServers, ARestartedServerIsUsedWithinThreeSeconds) {
  second.stop();
  ASSERT_GT(readAll().outages, 0);
  second.start();

  Tally tally;
  const auto no_outages = [&] {
    tally = readAll();
    return tally.outages == 0;
  };
  EXPECT_TRUE(tests::eventually(no_outages, 3s)) << tally.outages;
  EXPECT_GT(tally.others, 0) << "the server restarts empty";
}

// Each connection notices the restart by itself, and a read reconnects silently.
TEST_F(SeveralServers, ReadsAfterAnUnnoticedRestartAreAnsweredAtOnce) {
  ASSERT_EQ(readAll().hits, kKeys);

  second.stop();
  second.start();
  const Tally tally = readAll();

  EXPECT_EQ(tally.outages, 0);
  EXPECT_GT(tally.others, 0) << "the server restarts empty";
}

TEST_F(SeveralServers, HealthIsReportedOnlyWhenItChanges) {
  second.stop();
  readAll();
  readAll();
  second.start();
  EXPECT_TRUE(tests::eventually([this] { return readAll().outages == 0; }));

  const auto reports = cache.services().reports();

  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].first, Health::degraded);
  EXPECT_EQ(reports[0].second.find("1 of 2 servers missing"), 0u) << reports[0].second;
  EXPECT_NE(reports[0].second.find(second.url()), std::string::npos) << reports[0].second;
  EXPECT_EQ(reports[1].first, Health::up);
}

}  // namespace
}  // namespace larder::memcached_test
