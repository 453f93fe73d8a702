// SPDX-License-Identifier: Apache-2.0
//
// redis-cluster:// under load, while slots move and masters fail. Two hosts share three masters, each with a
// replica.
#include "cluster_load.hpp"
#include "cluster_parts.hpp"
#include "open_redis.hpp"

#include "servers/redis_cluster.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <string>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class ClusterUnderLoad : public ::testing::TestWithParam<const char*> {
 protected:
  BackendSettings settings() const { return {{"on_new_server", {GetParam()}}}; }

  bool isMaster(std::size_t node) const {
    return cluster.ask(node, "ROLE").find("master") != std::string::npos;
  }

  servers::RedisCluster cluster{{.masters = 3, .replicasOfEach = 1}};
  OpenRedis here{cluster.url(), settings()};
  OpenRedis there{cluster.url(), settings()};
};

class ClusterFailover : public ClusterUnderLoad {};
class ClusterResharding : public ClusterUnderLoad {};

TEST_P(ClusterFailover, AfterAMasterDiesItsReplicaServesAndNoReadIsStale) {
  ClusterLoad load(here, there);
  ASSERT_TRUE(load.awaitWritesOfAllKeys());

  const auto died = Clock::now();
  cluster.node(0).stop();

  EXPECT_TRUE(load.awaitWritesOfAllKeys());
  const auto recovery = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - died);
  load.stop();
  std::cout << "all keys are written again " << recovery.count()
            << " ms after a master died, of which the nodes wait 1000; " << load.failures()
            << " writes failed\n";
  EXPECT_EQ(load.wrong(), "");
  EXPECT_TRUE(isMaster(3));
  EXPECT_TRUE(here.health().await(Health::degraded));
  EXPECT_TRUE(here.health().await(Health::up));
}

TEST_P(ClusterFailover, AFailoverOnDemandIsFollowedWithoutAStaleRead) {
  ClusterLoad load(here, there);
  ASSERT_TRUE(load.awaitWritesOfAllKeys());

  ASSERT_EQ(cluster.ask(4, "CLUSTER FAILOVER"), "+OK\r\n");

  EXPECT_TRUE(eventually([&] { return isMaster(4) && !isMaster(1); }));
  EXPECT_TRUE(load.awaitWritesOfAllKeys());
  load.stop();
  EXPECT_EQ(load.wrong(), "");
}

INSTANTIATE_TEST_SUITE_P(OnNewServer, ClusterFailover, ::testing::Values("clear"));

TEST_P(ClusterResharding, MovingSlotsUnderLoadFailsNothingAndNoReadIsStale) {
  const std::size_t added = cluster.addMaster();
  ClusterLoad load(here, there);
  ASSERT_TRUE(load.awaitWritesOfAllKeys());

  unsigned moved = 0;
  for (unsigned part = 0; part < 12; ++part, ++moved) {
    const unsigned slot = redis::slotOfPart(part);
    cluster.beginMove(slot, 0, added);
    while (cluster.moveKeys(slot, 0, added, 1) > 0) {
      const auto hits = load.hits();  // of a slot whose keys are on two masters
      ASSERT_TRUE(eventually([&] { return load.hits() > hits; }));
    }
    cluster.endMove(slot, 0, added);
  }

  EXPECT_TRUE(load.awaitWritesOfAllKeys());
  load.stop();
  EXPECT_EQ(load.wrong(), "");
  EXPECT_EQ(load.failures(), 0U);
  EXPECT_GT(load.hits(), 0U);
  EXPECT_NE(cluster.ask(added, "DBSIZE"), ":0\r\n");
}

INSTANTIATE_TEST_SUITE_P(OnNewServer, ClusterResharding, ::testing::Values("clear", "keep"));

}  // namespace
}  // namespace larder::redis_test
