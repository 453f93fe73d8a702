// SPDX-License-Identifier: Apache-2.0
//
// redis-cluster:// against three masters: where keys lie, and slots that move from node to node.
#include "cluster_parts.hpp"
#include "open_redis.hpp"

#include "servers/redis_cluster.hpp"

#include <larder/extensions.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace larder::redis_test {
namespace {

using std::chrono_literals::operator""s;

constexpr std::size_t keyCount = 200;

std::string keyAt(std::size_t index) { return "key" + std::to_string(index); }

class Cluster : public ::testing::Test {
 protected:
  Deadline soon() { return redis.backend().in(5s); }

  void setAll() {
    for (std::size_t i = 0; i < keyCount; ++i)
      ASSERT_EQ(redis.set(keyAt(i), "value" + std::to_string(i)), Status::ok) << i;
  }

  std::size_t countIn(OpenRedis& reader) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < keyCount; ++i)
      if (reader.valueOf(keyAt(i)) == "value" + std::to_string(i)) ++count;
    return count;
  }

  static unsigned slotOfKey(const std::string& key) { return redis::slotOfPart(redis::partOf(key)); }

  // Which node owns the key's slot at first, and one that does not.
  std::size_t ownerOf(const std::string& key) const { return slotOfKey(key) * 3 / redis::slotCount; }
  std::size_t otherThan(std::size_t node) const { return (node + 1) % 3; }

  std::string storedAt(std::size_t node, const std::string& key) const {
    const std::string begin = "larder:" + redis::nameInPart("ns", redis::partOf(key)) + ":";
    const std::string generation =
        storedUnder(cluster.node(node).port(), begin + "generation").value_or("none");
    return storedUnder(cluster.node(node).port(), begin + generation + ":" + key).value_or("");
  }

  struct Scanned {
    std::multiset<std::string> keys;
    std::size_t pages = 0;
  };

  // The keys "key..." on the pages from `cursor` to the end.
  Scanned scanAll(OpenRedis& reader, std::int64_t number, std::string cursor = {}) {
    Scanned scanned;
    do {
      const auto page = scan(reader.backend(), "ns", "key", number, cursor, soon());
      EXPECT_EQ(page.status, Status::ok) << page.error;
      scanned.keys.insert(page.keys.begin(), page.keys.end());
      ++scanned.pages;
      cursor = page.cursor;
    } while (!cursor.empty());
    return scanned;
  }

  servers::RedisCluster cluster{{.masters = 3}};
  OpenRedis redis{cluster.url()};
};

TEST_F(Cluster, ANamespaceLiesOnAllMasters) {
  setAll();

  for (std::size_t i = 0; i < 3; ++i) EXPECT_NE(cluster.ask(i, "DBSIZE"), ":0\r\n") << i;
  EXPECT_EQ(countIn(redis), keyCount);
}

TEST_F(Cluster, AnEntryLiesInTheSlotOfItsPart) {
  ASSERT_EQ(redis.set("k", "value"), Status::ok);

  EXPECT_TRUE(storedAt(ownerOf("k"), "k").ends_with("value"));
}

TEST_F(Cluster, OneNodeOfTheUrlIsEnough) {
  OpenRedis other("redis-cluster://127.0.0.1:" + std::to_string(cluster.node(2).port()) + "/");
  setAll();

  EXPECT_EQ(countIn(other), keyCount);
}

TEST_F(Cluster, ABatchGoesToAllNodesAndEachResultToItsOperation) {
  std::vector<std::string> keys;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < keyCount; ++i) {
    keys.push_back(keyAt(i));
    values.push_back("value" + std::to_string(i));
  }
  std::vector<Operation> writes;
  std::vector<Operation> reads;
  for (std::size_t i = 0; i < keyCount; ++i) {
    writes.push_back(
        {.code = OpCode::set, .nameSpace = "ns", .key = keys[i], .value = values[i], .ttl = 60s});
    reads.push_back({.code = OpCode::get, .nameSpace = "ns", .key = keys[i]});
  }
  std::vector<Outcome> outcomes(keyCount);

  redis.backend().perform(writes, outcomes, soon());
  for (const Outcome& outcome : outcomes) ASSERT_EQ(outcome.status, Status::ok) << outcome.error;
  redis.backend().perform(reads, outcomes, soon());

  for (std::size_t i = 0; i < keyCount; ++i) {
    ASSERT_EQ(outcomes[i].status, Status::ok) << i;
    EXPECT_EQ(outcomes[i].value.view(), values[i]);
  }
}

TEST_F(Cluster, AClearReachesEveryPartAndEveryHost) {
  OpenRedis other(cluster.url());
  setAll();
  ASSERT_EQ(countIn(other), keyCount);

  ASSERT_EQ(other.clear(), Status::ok);

  EXPECT_EQ(countIn(redis), 0U);
  EXPECT_EQ(countIn(other), 0U);
}

TEST_F(Cluster, AScanListsTheKeysOfAllParts) {
  setAll();
  ASSERT_EQ(acquireLock(redis.backend(), "ns", "lock", "token", 10s, soon()).status, Status::ok);

  const Scanned scanned = scanAll(redis, 100);

  EXPECT_EQ(scanned.keys.size(), keyCount);
  EXPECT_EQ(scanned.keys.count(keyAt(7)), 1U);
}

TEST_F(Cluster, AScanOfFewKeysAmongManyOthersTakesFewPages) {
  setAll();
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(redis.set("other" + std::to_string(i), "value"), Status::ok);

  const Scanned scanned = scanAll(redis, 1);

  EXPECT_EQ(scanned.keys.size(), keyCount);
  EXPECT_LT(scanned.pages, 2 * keyCount);
}

TEST_F(Cluster, AScanListsTheKeysOfAPartThatMovesMeanwhile) {
  OpenRedis keeping(cluster.url(), {{"on_new_server", {"keep"}}});
  constexpr unsigned part = 0;
  std::set<std::string> stored;
  for (std::size_t i = 0; stored.size() < 100; ++i)
    if (const auto key = keyAt(i); redis::partOf(key) == part) {
      ASSERT_EQ(keeping.set(key, "value"), Status::ok);
      stored.insert(key);
    }
  const auto first = scan(keeping.backend(), "ns", "key", 50, "", soon());
  ASSERT_LT(first.keys.size(), stored.size());
  const unsigned slot = redis::slotOfPart(part);

  cluster.beginMove(slot, 0, 1);
  cluster.moveKeys(slot, 0, 1);
  cluster.endMove(slot, 0, 1);
  Scanned scanned = scanAll(keeping, 50, first.cursor);

  scanned.keys.insert(first.keys.begin(), first.keys.end());
  EXPECT_EQ(std::set<std::string>(scanned.keys.begin(), scanned.keys.end()), stored);
}

TEST_F(Cluster, AMalformedCursorIsInvalid) {
  for (const char* cursor : {"7", "64::0", "1:0", "1:2:x", "1:y:0", ":", "::", "1::", "1:2:3:4", "-1::0"})
    EXPECT_EQ(scan(redis.backend(), "ns", "", 10, cursor, soon()).status, Status::invalid) << cursor;
}

TEST_F(Cluster, ASlotThatHasMovedIsFollowed) {
  OpenRedis keeping(cluster.url(), {{"on_new_server", {"keep"}}});
  ASSERT_EQ(keeping.set("k", "value"), Status::ok);
  const std::size_t from = ownerOf("k");
  const std::size_t to = otherThan(from);

  cluster.beginMove(slotOfKey("k"), from, to);
  cluster.moveKeys(slotOfKey("k"), from, to);
  cluster.endMove(slotOfKey("k"), from, to);

  EXPECT_EQ(keeping.valueOf("k"), "value");
  EXPECT_EQ(keeping.set("k", "new"), Status::ok);
  EXPECT_TRUE(storedAt(to, "k").ends_with("new"));
}

TEST_F(Cluster, AKeyThatHasMovedAheadOfItsSlotIsFoundAndWrittenThere) {
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  const std::size_t from = ownerOf("k");
  const std::size_t to = otherThan(from);
  cluster.beginMove(slotOfKey("k"), from, to);
  ASSERT_EQ(cluster.moveKeys(slotOfKey("k"), from, to), 2U);  // the entry and the generation

  EXPECT_EQ(redis.valueOf("k"), "value");
  EXPECT_EQ(redis.set("k", "new"), Status::ok);
  EXPECT_EQ(redis.valueOf("k"), "new");
  EXPECT_EQ(increment(redis.backend(), "ns", "k-number", 1, 60s, soon()).number, 1);
  EXPECT_EQ(increment(redis.backend(), "ns", "k-number", 1, 60s, soon()).number, 2);
}

// Each order in which a generation and an entry may move.
TEST_F(Cluster, AClearHoldsWhereverTheKeysOfAMovingSlotAre) {
  for (const std::size_t first : {0U, 1U, 2U}) {
    const std::string key = "k" + std::to_string(first);
    OpenRedis other(cluster.url());
    ASSERT_EQ(redis.set(key, "old"), Status::ok);
    ASSERT_EQ(other.valueOf(key), "old");
    const std::size_t from = ownerOf(key);
    const std::size_t to = otherThan(from);
    cluster.beginMove(slotOfKey(key), from, to);
    cluster.moveKeys(slotOfKey(key), from, to, first);

    ASSERT_EQ(other.clear(), Status::ok);

    EXPECT_EQ(redis.get(key).status, Status::miss) << first;
    EXPECT_EQ(redis.set(key, "new"), Status::ok);
    EXPECT_EQ(other.valueOf(key), "new") << first;
    cluster.moveKeys(slotOfKey(key), from, to);
    cluster.endMove(slotOfKey(key), from, to);
    ASSERT_NE(redis.get(key).status, Status::unavailable);
  }
}

TEST_F(Cluster, PingAsksAllMasters) {
  ASSERT_EQ(redis.backend().perform({.code = OpCode::ping}, soon()).status, Status::ok);

  cluster.node(1).stop();

  EXPECT_NE(redis.backend().perform({.code = OpCode::ping}, soon()).status, Status::ok);
}

TEST_F(Cluster, AKeyPrefixWithABraceIsRefused) {
  EXPECT_THROW(OpenRedis(cluster.url(), {{"key_prefix", {"app{"}}}), std::exception);
}

TEST(ClusterParts, TheirTagsLieInEvenlySpreadSlots) {
  EXPECT_EQ(redis::slotOf("123456789"), 0x31c3U % redis::slotCount);
  EXPECT_EQ(redis::slotOf("foo"), 12182U);  // as redis-server's CLUSTER KEYSLOT says
  for (unsigned part = 0; part < redis::partCount; ++part) {
    EXPECT_EQ(redis::slotOf(redis::tagOfPart(part)), redis::slotOfPart(part));
    EXPECT_EQ(redis::slotOfPart(part) * redis::partCount / redis::slotCount, part);
    EXPECT_EQ(redis::partInSlot(redis::slotOfPart(part)), part);
  }
  EXPECT_EQ(redis::partInSlot(redis::slotCount), std::nullopt);
}

}  // namespace
}  // namespace larder::redis_test
