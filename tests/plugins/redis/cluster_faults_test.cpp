// SPDX-License-Identifier: Apache-2.0
//
// redis-cluster:// against nodes that are missing, refuse the password, or answer what no node should.
#include "cluster_parts.hpp"
#include "fake_node.hpp"
#include "open_redis.hpp"

#include "servers/redis_cluster.hpp"

#include <larder/extensions.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;

// The redirection of the key "k" to a port.
std::string redirected(const char* code, std::uint16_t port) {
  const unsigned slot = redis::slotOfPart(redis::partOf("k"));
  return std::string("-") + code + " " + std::to_string(slot) + " 127.0.0.1:" + std::to_string(port) + "\r\n";
}

// The answers below mean that the operation is tried again until its deadline.
Status getSoon(OpenRedis& redis) {
  const Operation get{.code = OpCode::get, .nameSpace = "ns", .key = "k"};
  return redis.backend().perform(get, redis.backend().in(300ms)).status;
}

bool endsWithout(Status status) { return status == Status::unavailable || status == Status::deadline; }

TEST(ClusterFaults, NodesThatRedirectToOneAnotherCostABoundedNumberOfCommands) {
  for (const char* code : {"MOVED", "ASK"}) {
    FakeNode first;
    FakeNode second;
    first.answer([&](const auto&) { return redirected(code, second.port()); });
    second.answer([&](const auto&) { return redirected(code, first.port()); });
    OpenRedis redis(first.url());

    EXPECT_TRUE(endsWithout(redis.set("k", "value"))) << code;

    EXPECT_LE(first.commands() + second.commands(), 100U) << code;
  }
}

TEST(ClusterFaults, ANodeThatRedirectsToItselfIsUsedAgainOnceItAnswers) {
  FakeNode node;
  for (const char* code : {"MOVED", "ASK"}) {
    node.answer([&](const auto&) { return redirected(code, node.port()); });
    OpenRedis redis(node.url());
    ASSERT_TRUE(endsWithout(getSoon(redis))) << code;

    node.answer({});

    EXPECT_TRUE(eventually([&] { return getSoon(redis) == Status::miss; })) << code;
  }
}

TEST(ClusterFaults, AMalformedRedirectionIsNoValueAndNoCrash) {
  FakeNode node;
  OpenRedis redis(node.url());
  for (const char* error :
       {"MOVED", "MOVED 1", "MOVED x 127.0.0.1:1", "MOVED 99999 127.0.0.1:1", "MOVED 1 127.0.0.1:0",
        "MOVED 1 127.0.0.1:70000", "MOVED 1 :", "ASK", "ASK 1 nowhere", "ASK -1 127.0.0.1:1"}) {
    node.answer([&](const auto&) { return "-" + std::string(error) + "\r\n"; });

    EXPECT_TRUE(endsWithout(getSoon(redis))) << error;
  }
}

TEST(ClusterFaults, AMalformedTopologyIsUnavailable) {
  FakeNode node;
  for (const char* slots : {"*1\r\n:5\r\n", "*1\r\n*3\r\n:0\r\n:16383\r\n*0\r\n", "$-1\r\n", "+OK\r\n",
                            "*1\r\n*2\r\n:0\r\n:16383\r\n", "-ERR unknown command\r\n",
                            "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$1\r\nh\r\n:70000\r\n"}) {
    node.tellTopology(slots);
    OpenRedis redis(node.url());

    EXPECT_EQ(redis.get("k").status, Status::unavailable) << slots;
  }
}

TEST(ClusterFaults, ATopologyWithoutTheSlotIsUnavailable) {
  FakeNode node;
  node.tellTopology("*0\r\n");
  OpenRedis redis(node.url());

  const Outcome outcome = redis.get("k");

  EXPECT_EQ(outcome.status, Status::unavailable);
  EXPECT_NE(outcome.error.find("no node of the cluster serves"), std::string::npos) << outcome.error;
}

TEST(ClusterFaults, ANodeThatSaysTryAgainIsAskedUntilItServes) {
  FakeNode node;
  OpenRedis redis(node.url());
  ASSERT_EQ(redis.get("k").status, Status::miss);
  std::atomic<int> refusals{0};
  node.answer([&](const auto&) {
    if (++refusals == 6) node.answer({});
    return std::string("-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
  });

  EXPECT_EQ(redis.get("k").status, Status::miss);
  EXPECT_EQ(refusals, 6);
}

TEST(ClusterFaults, WithoutAnyNodeOperationsAreUnavailableAndTheFirstNodeThatComesIsUsed) {
  servers::RedisCluster cluster({.masters = 1});
  cluster.node(0).stop();
  OpenRedis redis(cluster.url());
  ASSERT_EQ(redis.get("k").status, Status::unavailable);
  ASSERT_TRUE(redis.health().await(Health::down));

  cluster.node(0).start();

  EXPECT_TRUE(redis.health().await(Health::up));
  EXPECT_TRUE(eventually([&] { return redis.set("k", "value") == Status::ok; }));
}

TEST(ClusterFaults, AWrongPasswordIsAnAuthenticationFailure) {
  servers::RedisCluster cluster({.masters = 1});
  ASSERT_EQ(cluster.ask(0, "CONFIG SET requirepass secret"), "+OK\r\n");
  const std::string port = std::to_string(cluster.node(0).port());

  OpenRedis wrong("redis-cluster://:wrong@127.0.0.1:" + port);
  EXPECT_EQ(wrong.get("k").status, Status::auth);

  OpenRedis right("redis-cluster://:secret@127.0.0.1:" + port);
  EXPECT_EQ(right.set("k", "value"), Status::ok);
}

TEST(ClusterFaults, WithoutOneMasterTheOthersServeAndTheHealthNamesIt) {
  servers::RedisCluster cluster({.masters = 3}, {"--cluster-require-full-coverage", "no"});
  OpenRedis redis(cluster.url());
  ASSERT_TRUE(redis.health().await(Health::up));
  const auto keyOf = [](unsigned node) {
    int i = 0;
    const auto key = [&i] { return "k" + std::to_string(i); };
    while (redis::slotOfPart(redis::partOf(key())) * 3 / redis::slotCount != node) ++i;
    return key();
  };

  cluster.node(1).stop();

  const auto reason = redis.health().await(Health::degraded);
  ASSERT_TRUE(reason);
  EXPECT_NE(reason->find(std::to_string(cluster.node(1).port())), std::string::npos) << *reason;
  EXPECT_EQ(redis.set(keyOf(0), "value"), Status::ok);
  EXPECT_EQ(redis.set(keyOf(2), "value"), Status::ok);
  EXPECT_EQ(redis.set(keyOf(1), "value"), Status::unavailable);
  cluster.node(1).start();
  EXPECT_TRUE(redis.health().await(Health::up));
}

TEST(ClusterFaults, ANumberCountsOnceForEachAnswerWhileItsSlotMovesToAndFro) {
  servers::RedisCluster cluster({.masters = 2});
  OpenRedis redis(cluster.url(), {{"on_new_server", {"keep"}}});
  const unsigned slot = redis::slotOfPart(redis::partOf("n"));
  std::size_t owner = slot * 2 / redis::slotCount;
  std::atomic<bool> stopping{false};
  std::int64_t counted = 0;
  std::int64_t unknown = 0;
  const auto add = [&](std::int64_t amount) {
    return increment(redis.backend(), "ns", "n", amount, noExpiry, redis.backend().in(10s));
  };
  std::jthread counter([&] {
    while (!stopping) {
      const Status status = add(1).status;
      if (status == Status::ok) ++counted;
      if (status == Status::unknownResult) ++unknown;
    }
  });

  for (int i = 0; i < 4; ++i) {
    const std::size_t next = 1 - owner;
    cluster.beginMove(slot, owner, next);
    while (cluster.moveKeys(slot, owner, next, 1) > 0) {
    }
    cluster.endMove(slot, owner, next);
    cluster.awaitAgreement();
    owner = next;
  }

  stopping = true;
  counter.join();
  const auto sum = add(0);
  ASSERT_EQ(sum.status, Status::ok) << sum.error;
  EXPECT_GE(sum.number, counted);
  EXPECT_LE(sum.number, counted + unknown);
  EXPECT_GT(counted, 0);
}

class ClusterChanges : public ::testing::Test {
 protected:
  // What a listener is told of the keys and the namespace.
  struct Told {
    std::atomic<int> keys{0};
    std::atomic<int> clears{0};
    std::atomic<int> losses{0};
  };

  std::unique_ptr<InvalidationFeed> listenTo(OpenRedis& redis) {
    return InvalidationFeed::open(redis.backend(), {[this](auto nameSpace, auto key) {
                                                      if (nameSpace == "ns" && key.starts_with("key"))
                                                        ++told.keys;
                                                    },
                                                    [this](auto nameSpace) {
                                                      if (nameSpace == "ns") ++told.clears;
                                                    },
                                                    [this] { ++told.losses; }});
  }

  Told told;
};

TEST_F(ClusterChanges, TheChangesOfAllMastersAreTold) {
  servers::RedisCluster cluster({.masters = 3});
  OpenRedis here(cluster.url());
  OpenRedis there(cluster.url());
  for (int i = 0; i < 60; ++i) ASSERT_EQ(there.set("key" + std::to_string(i), "old"), Status::ok);
  const auto feed = listenTo(here);
  ASSERT_TRUE(feed);

  for (int i = 0; i < 60; ++i) ASSERT_EQ(there.set("key" + std::to_string(i), "new"), Status::ok);
  EXPECT_TRUE(eventually([&] { return told.keys >= 60; })) << told.keys;

  ASSERT_EQ(there.clear(), Status::ok);
  EXPECT_TRUE(eventually([&] { return told.clears > 0; }));
}

TEST_F(ClusterChanges, AFailoverIsALossAndThePromotedReplicaIsListenedTo) {
  servers::RedisCluster cluster({.masters = 3, .replicasOfEach = 1});
  OpenRedis here(cluster.url());
  OpenRedis there(cluster.url());
  ASSERT_TRUE(here.health().await(Health::up));
  const auto feed = listenTo(here);
  const int losses = told.losses;
  const unsigned part = 0;
  int i = 0;
  while (redis::partOf("key" + std::to_string(i)) != part) ++i;
  const std::string key = "key" + std::to_string(i);

  cluster.node(0).stop();

  EXPECT_TRUE(eventually([&] { return told.losses > losses; }));
  EXPECT_TRUE(eventually([&] { return there.set(key, "after") == Status::ok; }));
  EXPECT_TRUE(here.health().await(Health::degraded));
  EXPECT_TRUE(here.health().await(Health::up));
  // Nobody is told of a write before the promoted replica is listened to, so the key is written until
  // somebody is.
  const int before = told.keys;
  EXPECT_TRUE(eventually([&] { return there.set(key, "again") == Status::ok && told.keys > before; }));
}

}  // namespace
}  // namespace larder::redis_test
