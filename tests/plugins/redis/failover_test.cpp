// SPDX-License-Identifier: Apache-2.0
//
// One address that leads to a master, to a replica, and to a master again, as after a failover behind a DNS
// name, a virtual address or a load balancer.
#include "open_redis.hpp"

#include "conformance/fault_proxy.hpp"
#include "servers/redis_server.hpp"

#include <gtest/gtest.h>

#include <string>

namespace larder::redis_test {
namespace {

class Failover : public ::testing::Test {
 protected:
  static void demote(const servers::RedisServer& server, const servers::RedisServer& master) {
    EXPECT_EQ(ask(server.port(), "REPLICAOF 127.0.0.1 " + std::to_string(master.port())), "+OK\r\n");
  }
  static void promote(const servers::RedisServer& server) {
    EXPECT_EQ(ask(server.port(), "REPLICAOF NO ONE"), "+OK\r\n");
  }
  // The first operation of a backend waits for the connection, so its health is reported by then.
  void useOnce() {
    ASSERT_EQ(redis.set("k", "before"), Status::ok);
    ASSERT_TRUE(redis.health().await(Health::up));
  }

  servers::RedisServer first;
  servers::RedisServer second;
  conformance::FaultProxy address{"127.0.0.1", std::to_string(first.port())};
  OpenRedis redis{"redis://127.0.0.1:" + std::to_string(address.port()) + "/0"};
};

TEST_F(Failover, AWriteToADemotedServerIsUnavailableAndDegradesTheHealth) {
  useOnce();
  demote(first, second);

  EXPECT_EQ(redis.set("k", "after"), Status::unavailable);

  EXPECT_EQ(redis.health().await(Health::degraded), "redis answered READONLY");
}

TEST_F(Failover, AServerThatRemainsAReplicaIsNotRead) {
  useOnce();
  demote(first, second);
  ASSERT_EQ(redis.set("k", "after"), Status::unavailable);
  ASSERT_TRUE(redis.health().await(Health::degraded));

  EXPECT_EQ(redis.get("k").status, Status::unavailable);
}

TEST_F(Failover, AServerPromotedAgainIsUsedAgain) {
  useOnce();
  demote(first, second);
  ASSERT_EQ(redis.set("k", "lost"), Status::unavailable);
  ASSERT_TRUE(redis.health().await(Health::degraded));

  promote(first);

  ASSERT_TRUE(redis.health().await(Health::up));
  EXPECT_EQ(redis.set("k", "after"), Status::ok);
  EXPECT_EQ(redis.valueOf("k"), "after");
}

TEST_F(Failover, ThePromotedReplicaBehindTheSameAddressIsFound) {
  useOnce();
  demote(second, first);
  promote(second);
  demote(first, second);
  address.forwardTo("127.0.0.1", std::to_string(second.port()));

  ASSERT_EQ(redis.set("k", "lost"), Status::unavailable);

  ASSERT_TRUE(redis.health().await(Health::up));
  EXPECT_EQ(redis.set("k", "after"), Status::ok);
  EXPECT_TRUE(storedUnder(second.port(), entryKey(second.port(), "k")).value_or("").ends_with("after"));
}

TEST_F(Failover, AClusterNodeWithoutACompleteClusterDegradesTheHealth) {
  const servers::RedisServer node({"--cluster-enabled", "yes"});

  OpenRedis lost(node.url());

  EXPECT_EQ(lost.health().await(Health::degraded), "redis answered CLUSTERDOWN");
}

TEST_F(Failover, AReplicaCutOffFromItsMasterDegradesTheHealth) {
  const servers::RedisServer replica({"--replica-serve-stale-data", "no", "--replica-read-only", "no"});
  ASSERT_EQ(ask(replica.port(), "REPLICAOF 127.0.0.1 1"), "+OK\r\n");

  OpenRedis lost(replica.url());

  EXPECT_EQ(lost.health().await(Health::degraded), "redis answered MASTERDOWN");
}

}  // namespace
}  // namespace larder::redis_test
