// SPDX-License-Identifier: Apache-2.0
//
// What the plugin stores, and how it treats bytes that another program changed.
#include "command.hpp"
#include "open_redis.hpp"

#include "servers/redis_server.hpp"

#include <gtest/gtest.h>

#include <string>

namespace larder::redis_test {
namespace {

class StoredBytes : public ::testing::Test {
 protected:
  std::string ask(const std::string& command) { return redis_test::ask(server.port(), command); }
  std::string keyOf(const std::string& key) { return entryKey(server.port(), key); }

  servers::RedisServer server;
  OpenRedis cache{server.url()};
};

TEST_F(StoredBytes, ConsistOfTheVersionAndTheValue) {
  ASSERT_EQ(cache.set("k", "value"), Status::ok);

  const auto stored = storedUnder(server.port(), keyOf("k"));

  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(*stored, redis::encodeVersion(cache.get("k").version) + "value");
}

TEST_F(StoredBytes, TooFewForAVersionAreAMiss) {
  ASSERT_EQ(cache.set("k", "value"), Status::ok);
  ASSERT_EQ(ask("SET " + keyOf("k") + " short"), "+OK\r\n");

  EXPECT_EQ(cache.get("k").status, Status::miss);
}

TEST_F(StoredBytes, OfAnotherRedisTypeAreAMissAndAreOverwritten) {
  ASSERT_EQ(cache.set("k", "value"), Status::ok);
  ASSERT_EQ(ask("DEL " + keyOf("k")), ":1\r\n");
  ASSERT_EQ(ask("LPUSH " + keyOf("k") + " element"), ":1\r\n");

  EXPECT_EQ(cache.get("k").status, Status::miss);

  EXPECT_EQ(cache.set("k", "again"), Status::ok);
  EXPECT_EQ(cache.valueOf("k"), "again");
}

}  // namespace
}  // namespace larder::redis_test
