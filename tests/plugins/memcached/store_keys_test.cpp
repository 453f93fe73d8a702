// SPDX-License-Identifier: Apache-2.0
#include "store_keys.hpp"

#include <larder/plugin.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace larder::memcached {
namespace {

TEST(StoreKeys, AreSafeForTheTextProtocolWithAnyUserKey) {
  const StoreKeys keys("larder:");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string users(1000, static_cast<char>(byte));
    const std::string key = keys.entry(users, 1, users);

    EXPECT_EQ(key.size(), 7u + 23u);
    for (const char c : key) EXPECT_TRUE(c > ' ' && c < '\x7f') << byte;
  }
}

TEST(StoreKeys, DifferByNamespaceKeyAndGeneration) {
  const StoreKeys keys("");

  const std::set<std::string> made = {
      keys.entry("a", 1, "b"), keys.entry("ab", 1, ""), keys.entry("", 1, "ab"), keys.entry("a", 2, "b"),
      keys.entry("a", 1, "c"), keys.generation("a"),    keys.generation("ab"),   keys.probe()};

  EXPECT_EQ(made.size(), 8u);
}

// Hosts with other releases share the entries.
TEST(StoreKeys, StayTheSameAcrossReleases) {
  const StoreKeys keys("");
  const auto ofSize = [&keys](std::size_t size) { return keys.entry("n", 7, std::string(size, 'k')); };

  EXPECT_EQ(ofSize(0), "dm6Sud1V1tgMtFFNsR2w-gK");
  EXPECT_EQ(ofSize(1), "dIyfM8BzfK2HvBRAXoYtSPP");
  EXPECT_EQ(ofSize(231), "dumG8bZxiQdOt_044Ilp46B");
  EXPECT_EQ(ofSize(232), "dgvUlFN11z-DIi5ZIZ5rRdN");
  EXPECT_EQ(ofSize(500), "dAjXMfrzN99Ep4IaOIdXp1A");
  EXPECT_EQ(keys.generation("n"), "gc_4A6itp3NECF2YW3EpBgJ");
  EXPECT_EQ(keys.lock("n", "k"), "lhkoip3AYFzOzlTJXb5FPaM");
}

TEST(StoreKeys, ARouteDoesNotDependOnTheGeneration) {
  EXPECT_EQ(StoreKeys::route("ns", "key"), StoreKeys::route("ns", "key"));
  EXPECT_NE(StoreKeys::route("ns", "key"), StoreKeys::route("nsk", "ey"));
}

TEST(StoreKeys, APrefixThatMemcachedCannotTakeIsRefused) {
  EXPECT_THROW(StoreKeys("with space"), plugin::ConfigError);
  EXPECT_THROW(StoreKeys("line\nbreak"), plugin::ConfigError);
  EXPECT_THROW(StoreKeys("h\xc3\xb6st"), plugin::ConfigError);
  EXPECT_THROW(StoreKeys(std::string(201, 'x')), plugin::ConfigError);
  EXPECT_LE(StoreKeys(std::string(200, 'x')).entry("n", 1, "k").size(), 250u);
}

}  // namespace
}  // namespace larder::memcached
