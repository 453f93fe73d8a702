// SPDX-License-Identifier: Apache-2.0
#include "open_cache.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace larder::lru_test {
namespace {

using namespace std::chrono_literals;

// "0" .. "9", the first one the oldest.
void fillWithTen(OpenCache& cache) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
}

TEST(LruEviction, TheEleventhOfTenDropsTheOldest) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  fillWithTen(cache);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_FALSE(cache.has("0"));
  for (int i = 1; i <= 10; ++i) EXPECT_TRUE(cache.has(std::to_string(i))) << i;
  EXPECT_EQ(cache.stats().entries, 10u);
  EXPECT_EQ(cache.stats().evictions, 1u);
}

TEST(LruEviction, AGetMakesAnEntryTheNewest) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.get("0").status, Status::ok);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_TRUE(cache.has("0"));
  EXPECT_FALSE(cache.has("1"));
}

TEST(LruEviction, AnOverwriteMakesAnEntryTheNewestAndEvictsNone) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.set("0", "again"), Status::ok);
  ASSERT_EQ(cache.stats().evictions, 0u);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_TRUE(cache.has("0"));
  EXPECT_FALSE(cache.has("1"));
}

TEST(LruEviction, ATouchMakesAnEntryTheNewest) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.touch("0", 10s), Status::ok);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_TRUE(cache.has("0"));
  EXPECT_FALSE(cache.has("1"));
}

TEST(LruEviction, ExistsLeavesTheOrder) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  fillWithTen(cache);
  ASSERT_TRUE(cache.has("0"));

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_FALSE(cache.has("0"));
}

TEST(LruEviction, AnExpiredEntryNearTheEndGoesBeforeALiveOne) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  ASSERT_EQ(cache.set("oldest", "value"), Status::ok);
  ASSERT_EQ(cache.set("expires", "value", 5ms), Status::ok);
  for (int i = 2; i < 10; ++i) ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
  cache.advance(5ms);

  ASSERT_EQ(cache.set("new", "value"), Status::ok);

  EXPECT_TRUE(cache.has("oldest"));
  EXPECT_EQ(cache.stats().evictions, 0u);
  EXPECT_EQ(cache.stats().expirations, 1u);
}

TEST(LruEviction, ClearedEntriesMakeRoomWithoutCountingAsEvicted) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.clear("ns"), Status::ok);

  for (int i = 0; i < 10; ++i) ASSERT_EQ(cache.set("new " + std::to_string(i), "value"), Status::ok);

  for (int i = 0; i < 10; ++i) EXPECT_TRUE(cache.has("new " + std::to_string(i))) << i;
  EXPECT_EQ(cache.stats().evictions, 0u);
}

TEST(LruExpiry, AnEntryEndsAtItsTimeToTheNanosecond) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  ASSERT_EQ(cache.set("k", "value", 10ms), Status::ok);

  cache.advance(9ms);
  EXPECT_TRUE(cache.has("k"));
  cache.advance(1ms);
  EXPECT_FALSE(cache.has("k"));
}

TEST(LruExpiry, AnExpiredEntryIsSweptWhenItIsMet) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  ASSERT_EQ(cache.set("k", "value", 10ms), Status::ok);
  cache.advance(10ms);
  ASSERT_EQ(cache.stats().entries, 1u);

  ASSERT_FALSE(cache.has("k"));

  EXPECT_EQ(cache.stats().entries, 0u);
  EXPECT_EQ(cache.stats().bytes, 0u);
  EXPECT_EQ(cache.stats().expirations, 1u);
}

}  // namespace
}  // namespace larder::lru_test
