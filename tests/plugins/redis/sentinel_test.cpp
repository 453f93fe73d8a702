// SPDX-License-Identifier: Apache-2.0
//
// redis-sentinel:// against three sentinels, a master and a replica.
#include "open_redis.hpp"

#include "servers/loopback.hpp"
#include "servers/redis_server.hpp"
#include "servers/sentinel_server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Sentinel : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(ask(replica.port(), "REPLICAOF 127.0.0.1 " + std::to_string(master.port())), "+OK\r\n");
    ASSERT_TRUE(eventually(
        [&] { return ask(master.port(), "INFO replication").find("state=online") != std::string::npos; }));
    for (auto& sentinel : sentinels) sentinel = std::make_unique<servers::SentinelServer>(master.port());
  }

  // Waits until the sentinels can fail over: they know each other and the replica.
  void awaitSentinels() {
    ASSERT_TRUE(eventually([&] {
      for (const auto& sentinel : sentinels)
        if (fieldOf(*sentinel, "num-slaves") != "1" || fieldOf(*sentinel, "num-other-sentinels") != "2")
          return false;
      return true;
    }));
  }

  // Returns what a sentinel reports about the master under `name`.
  static std::string fieldOf(const servers::SentinelServer& sentinel, const std::string& name) {
    const std::string facts = servers::exchange(sentinel.port(), "SENTINEL MASTER mymaster\r\n", 5s);
    const auto at = facts.find("\r\n" + name + "\r\n$");
    if (at == std::string::npos) return "";
    const auto begin = facts.find("\r\n", at + name.size() + 5) + 2;
    return facts.substr(begin, facts.find("\r\n", begin) - begin);
  }

  std::string url() const {
    std::string hosts;
    for (const auto& sentinel : sentinels)
      hosts += (hosts.empty() ? "" : ",") + ("127.0.0.1:" + std::to_string(sentinel->port()));
    return "redis-sentinel://" + hosts + "/mymaster";
  }

  static bool holds(const servers::RedisServer& server, const std::string& key, const std::string& value) {
    return storedUnder(server.port(), entryKey(server.port(), key)).value_or("").ends_with(value);
  }

  servers::RedisServer master;
  servers::RedisServer replica;
  std::array<std::unique_ptr<servers::SentinelServer>, 3> sentinels;
};

// Threads that write growing numbers under keys of their own and read them back.
class Load {
 public:
  explicit Load(OpenRedis& redis) : redis_(redis) {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this, i] { run("key" + std::to_string(i)); });
  }
  void stop() {
    stopping_ = true;
    threads_.clear();
  }

  /// Waits until every thread has completed a write that it began after this call.
  bool awaitWrites() {
    std::array<std::uint64_t, 4> before{};
    for (std::size_t i = 0; i < before.size(); ++i) before[i] = stored_[i].load();
    return eventually([&] {
      for (std::size_t i = 0; i < before.size(); ++i)
        if (stored_[i].load() < before[i] + 2) return false;
      return true;
    });
  }

  std::uint64_t failures() const { return failures_.load(); }
  /// Describes a read value that its key's thread never stored; empty if there was none.
  std::string wrong() const {
    const std::lock_guard lock(mutex_);
    return wrong_;
  }

 private:
  void run(const std::string& key) {
    const auto index = static_cast<std::size_t>(key.back() - '0');
    for (std::uint64_t number = 1; !stopping_; ++number) {
      const bool written = redis_.set(key, key + ":" + std::to_string(number)) == Status::ok;
      if (written) ++stored_[index];
      if (!written) ++failures_;
      if (const auto value = redis_.valueOf(key)) check(key, *value, number);
    }
  }

  void check(const std::string& key, const std::string& value, std::uint64_t newest) {
    const bool its_own = value.starts_with(key + ":");
    if (its_own && std::stoull(value.substr(key.size() + 1)) <= newest) return;
    const std::lock_guard lock(mutex_);
    wrong_ = key + " held " + value;
  }

  OpenRedis& redis_;
  std::atomic<bool> stopping_{false};
  std::array<std::atomic<std::uint64_t>, 4> stored_{};
  std::atomic<std::uint64_t> failures_{0};
  mutable std::mutex mutex_;
  std::string wrong_;
  std::vector<std::jthread> threads_;
};

TEST_F(Sentinel, TheServicesMasterIsUsed) {
  OpenRedis redis(url());

  EXPECT_EQ(redis.set("k", "value"), Status::ok);

  EXPECT_TRUE(holds(master, "k", "value"));
}

TEST_F(Sentinel, ASentinelThatIsDownIsSkipped) {
  sentinels[0]->stop();
  OpenRedis redis(url());

  EXPECT_EQ(redis.set("k", "value"), Status::ok);
}

TEST_F(Sentinel, AfterTheMasterDiesUnderLoadThePromotedReplicaServesAndNoValueIsWrong) {
  awaitSentinels();
  OpenRedis redis(url());
  Load load(redis);
  ASSERT_TRUE(load.awaitWrites());

  const auto died = Clock::now();
  master.stop();

  EXPECT_TRUE(load.awaitWrites());
  const auto recovery = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - died);
  load.stop();
  std::cout << "all threads write again " << recovery.count()
            << " ms after the master died, of which the sentinels wait 500; " << load.failures()
            << " writes failed\n";
  EXPECT_EQ(load.wrong(), "");
  ASSERT_EQ(redis.set("k", "after"), Status::ok);
  EXPECT_TRUE(holds(replica, "k", "after"));
}

TEST_F(Sentinel, AFailoverOnDemandIsFollowedWithoutAWrongValue) {
  awaitSentinels();
  OpenRedis redis(url());
  Load load(redis);
  ASSERT_TRUE(load.awaitWrites());

  ASSERT_EQ(ask(sentinels[0]->port(), "SENTINEL FAILOVER mymaster"), "+OK\r\n");

  EXPECT_TRUE(
      eventually([&] { return redis.set("k", "after") == Status::ok && holds(replica, "k", "after"); }));
  EXPECT_TRUE(load.awaitWrites());
  load.stop();
  EXPECT_EQ(load.wrong(), "");
}

TEST_F(Sentinel, AMasterThatTheSentinelsReplacedIsAbandonedEvenIfItAcceptsWrites) {
  const servers::RedisServer other;
  OpenRedis redis(url());
  ASSERT_EQ(redis.set("k", "before"), Status::ok);

  for (const auto& sentinel : sentinels) {
    ASSERT_EQ(ask(sentinel->port(), "SENTINEL REMOVE mymaster"), "+OK\r\n");
    ASSERT_EQ(
        ask(sentinel->port(), "SENTINEL MONITOR mymaster 127.0.0.1 " + std::to_string(other.port()) + " 2"),
        "+OK\r\n");
  }

  EXPECT_TRUE(
      eventually([&] { return redis.set("k", "after") == Status::ok && holds(other, "k", "after"); }));
}

TEST_F(Sentinel, AServiceThatNoSentinelKnowsIsUnavailable) {
  OpenRedis redis(url() + "-of-others");

  const auto answer = redis.get("k");

  EXPECT_EQ(answer.status, Status::unavailable);
  EXPECT_NE(answer.error.find("No such master"), std::string::npos) << answer.error;
}

TEST(SentinelLogin, TheSentinelsMayHaveTheirOwnPassword) {
  const servers::RedisServer master;
  const servers::SentinelServer sentinel(master.port(), "secret");
  const std::string url = "redis-sentinel://127.0.0.1:" + std::to_string(sentinel.port()) + "/mymaster";

  OpenRedis redis(url, {{"sentinel_password", {"secret"}}});
  EXPECT_EQ(redis.set("k", "value"), Status::ok);

  OpenRedis stranger(url);
  EXPECT_EQ(stranger.get("k").status, Status::unavailable);
}

}  // namespace
}  // namespace larder::redis_test
