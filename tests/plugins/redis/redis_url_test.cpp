// SPDX-License-Identifier: Apache-2.0
#include "redis_url.hpp"

#include <larder/plugin.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace larder::redis {
namespace {

std::string refusalOf(std::string_view url) {
  try {
    parseRedisUrl(url);
  } catch (const plugin::ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(RedisUrl, ReadsHostPortAndDatabase) {
  const RedisUrl url = parseRedisUrl("redis://cache.example:6380/3");

  EXPECT_EQ(url.server.host, "cache.example");
  EXPECT_EQ(url.server.port, 6380);
  EXPECT_EQ(url.database, 3U);
  EXPECT_TRUE(url.password.empty());
}

TEST(RedisUrl, ReadsSentinelsAndTheirService) {
  const RedisUrl url = parseRedisUrl("redis-sentinel://app:secret@a:1,[::1],b/my%20master/3");

  ASSERT_EQ(url.sentinels.size(), 3U);
  EXPECT_EQ(url.sentinels[0].text(), "a:1");
  EXPECT_EQ(url.sentinels[1].text(), "[::1]:26379");
  EXPECT_EQ(url.sentinels[2].text(), "b:26379");
  EXPECT_EQ(url.service, "my master");
  EXPECT_EQ(url.database, 3U);
  EXPECT_EQ(url.user, "app");
  EXPECT_EQ(url.password, "secret");
}

TEST(RedisUrl, AHostAloneUsesRedissPortAndDatabaseZero) {
  for (const char* text : {"redis://localhost", "redis://localhost/", "redis://localhost:6379/0"}) {
    const RedisUrl url = parseRedisUrl(text);

    EXPECT_EQ(url.server.host, "localhost") << text;
    EXPECT_EQ(url.server.port, 6379) << text;
    EXPECT_EQ(url.database, 0U) << text;
  }
}

TEST(RedisUrl, ReadsAnIpv6AddressInBrackets) {
  EXPECT_EQ(parseRedisUrl("redis://[::1]").server.host, "::1");
  EXPECT_EQ(parseRedisUrl("redis://[fe80::2]:6380/1").server.port, 6380);
  EXPECT_EQ(parseRedisUrl("redis://[::1]:6380").endpoint(), "redis [::1]:6380");
}

TEST(RedisUrl, DecodesUserAndPassword) {
  const RedisUrl url = parseRedisUrl("redis://al%40ice:p%3a%2F%25@localhost");

  EXPECT_EQ(url.user, "al@ice");
  EXPECT_EQ(url.password, "p:/%");
  EXPECT_EQ(url.server.host, "localhost");
}

TEST(RedisUrl, APasswordNeedsNoUser) {
  const RedisUrl url = parseRedisUrl("redis://:secret@localhost");

  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "secret");
}

TEST(RedisUrl, TheLastAtSignEndsThePassword) {
  EXPECT_EQ(parseRedisUrl("redis://:a@b@localhost").password, "a@b");
}

TEST(RedisUrl, ReadsAUnixSocket) {
  for (const char* text : {"unix:///run/my%20redis.sock?db=2", "redis+unix:///run/my%20redis.sock?db=2"}) {
    const RedisUrl url = parseRedisUrl(text);

    EXPECT_EQ(url.socketPath, "/run/my redis.sock") << text;
    EXPECT_EQ(url.database, 2U) << text;
  }
  EXPECT_EQ(parseRedisUrl("unix://:secret@/run/redis.sock").password, "secret");
}

TEST(RedisUrl, RefusesInvalidUrls) {
  for (const char* text : {"",
                           "localhost",
                           "http://localhost",
                           "redis://",
                           "redis://:6379",
                           "redis://h:0",
                           "redis://h:65536",
                           "redis://h:",
                           "redis://h:1x",
                           "redis://h/x",
                           "redis://h/-1",
                           "redis://h/1/2",
                           "redis://h/99999999999",
                           "redis://h?db=1",
                           "redis://h#1",
                           "redis://::1",
                           "redis://[::1",
                           "redis://[::1]1",
                           "redis://[]",
                           "redis://user:@h",
                           "redis://:%4@h",
                           "redis-sentinel://h",
                           "redis-sentinel://h/",
                           "redis-sentinel://h,/m",
                           "redis-sentinel://,h/m",
                           "redis-sentinel://h/m/x",
                           "redis-sentinel:///m",
                           "redis://:%zz@h",
                           "redis://a b",
                           "redis://h\n",
                           "unix://",
                           "unix://host/path",
                           "unix:///s?db=x",
                           "unix:///s?a=1",
                           "unix:///a%00b"})
    EXPECT_NE(refusalOf(text), "") << text;
  EXPECT_NE(refusalOf("unix:///" + std::string(108, 'x')), "");
}

TEST(RedisUrl, RedissMeansTheSameOverTls) {
  const auto url = parseRedisUrl("rediss://:secret@host:6380/3");

  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.server.host, "host");
  EXPECT_EQ(url.server.port, 6380);
  EXPECT_EQ(url.password, "secret");
  EXPECT_EQ(url.database, 3U);
  EXPECT_FALSE(parseRedisUrl("redis://host").tls);
}

TEST(RedisUrl, ARefusalNeverRepeatsThePassword) {
  for (const char* text :
       {"redis://:hunter2@host:99999", "redis://:hunter2/x@host", "redis://u:hunter2%@host", "hunter2",
        "redis://u:hunter2@host/db", "unix://:hunter2@host/path", "rediss://:hunter2@host?x"}) {
    const std::string refusal = refusalOf(text);

    EXPECT_NE(refusal, "") << text;
    EXPECT_EQ(refusal.find("hunter2"), std::string::npos) << refusal;
  }
}

TEST(RedisUrl, TheEndpointForLogsHasNoCredentials) {
  EXPECT_EQ(parseRedisUrl("redis://u:hunter2@host:6380/3").endpoint(), "redis host:6380");
  EXPECT_EQ(parseRedisUrl("unix://:hunter2@/run/r.sock").endpoint(), "redis /run/r.sock");
}

}  // namespace
}  // namespace larder::redis
