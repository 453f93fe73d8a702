// SPDX-License-Identifier: Apache-2.0
#include "server_list.hpp"

#include <larder/plugin.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace larder::memcached {
namespace {

std::string refusalOf(const std::vector<std::string>& texts) {
  try {
    parseServers(texts);
  } catch (const plugin::ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(ServerList, ReadsHostAndPort) {
  const Server server = parseServer("cache.example:11212");

  EXPECT_EQ(server.host, "cache.example");
  EXPECT_EQ(server.port, 11212);
  EXPECT_FALSE(server.isSocket());
}

TEST(ServerList, AHostAloneUsesMemcachedsPort) { EXPECT_EQ(parseServer("localhost").port, 11211); }

TEST(ServerList, ReadsAnIpv6AddressInBrackets) {
  EXPECT_EQ(parseServer("[::1]:11212").host, "::1");
  EXPECT_EQ(parseServer("[::1]:11212").port, 11212);
  EXPECT_EQ(parseServer("[fe80::2]").port, 11211);
}

TEST(ServerList, ReadsTheSocketPath) {
  const Server server = parseServer("/run/memcached/memcached.sock");

  EXPECT_TRUE(server.isSocket());
  EXPECT_EQ(server.host, "/run/memcached/memcached.sock");
}

TEST(ServerList, ANameIsTheTextAsWritten) {
  for (const auto* text : {"localhost:11211", "[::1]:11212", "/run/memcached.sock"})
    EXPECT_EQ(parseServer(text).name(), text);
}

TEST(ServerList, AnInvalidServerIsRefusedWithTheExpectedForm) {
  for (const auto* text :
       {"", ":11211", "host:", "host:0", "host:65536", "host:11211x", "host:-1", "::1", "[::1", "[]:11211",
        "[::1]11211", "ho st:11211", "host\n:11211", "h\xc3\xb6st:11211"}) {
    const auto refusal = refusalOf({text});
    EXPECT_NE(refusal.find("servers: "), std::string::npos) << text;
    EXPECT_NE(refusal.find("host:port"), std::string::npos) << text;
  }
}

TEST(ServerList, AVeryLongTextIsRefusedWithoutBeingRepeated) {
  EXPECT_LT(refusalOf({std::string(1 << 20, 'x')}).size(), 200u);
  EXPECT_NE(refusalOf({"/" + std::string(107, 'x')}), "");
}

TEST(ServerList, AnEmptyListAndARepeatedServerAreRefused) {
  EXPECT_NE(refusalOf({}), "");
  EXPECT_NE(refusalOf({"localhost", "localhost:11211"}), "");
  EXPECT_EQ(refusalOf({"localhost:11211", "localhost:11212"}), "");
}

std::vector<Server> threeServers() { return parseServers({"a:1", "b:1", "c:1"}); }

TEST(ServerChoice, SpreadsKeysEvenly) {
  const auto servers = threeServers();
  const ServerChoice choice(servers);
  std::array<int, 3> keys{};

  for (std::uint64_t hash = 0; hash < 30'000; ++hash) ++keys[choice.of(hash * 0x9e3779b97f4a7c15U)];

  for (const int count : keys) EXPECT_NEAR(count, 10'000, 500);
}

TEST(ServerChoice, ARemovedServerMovesOnlyItsOwnKeys) {
  const auto all = threeServers();
  const auto fewer = parseServers({"a:1", "c:1"});
  const ServerChoice before(all);
  const ServerChoice after(fewer);

  for (std::uint64_t hash = 1; hash < 10'000; ++hash) {
    const auto& old = all[before.of(hash)].host;
    if (old == "b") continue;
    ASSERT_EQ(fewer[after.of(hash)].host, old) << hash;
  }
}

TEST(ServerChoice, TheOrderOfTheListDoesNotMatter) {
  const auto servers = threeServers();
  auto reversed = servers;
  std::reverse(reversed.begin(), reversed.end());
  const ServerChoice one(servers);
  const ServerChoice other(reversed);

  for (std::uint64_t hash = 0; hash < 1'000; ++hash)
    ASSERT_EQ(servers[one.of(hash)].host, reversed[other.of(hash)].host) << hash;
}

}  // namespace
}  // namespace larder::memcached
