// SPDX-License-Identifier: Apache-2.0
#include "open_cache.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "waiting/eventually.hpp"

namespace larder::lru_test {
namespace {

using namespace std::chrono_literals;

// Returns "0" .. "9"; the first is the oldest.
void fillWithTen(OpenCache& cache) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
}

TEST(LruEviction, AnEleventhEntryEvictsTheOldestOfTen) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  fillWithTen(cache);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_FALSE(cache.has("0"));
  for (int i = 1; i <= 10; ++i) EXPECT_TRUE(cache.has(std::to_string(i))) << i;
  EXPECT_EQ(cache.stats().entries, 10u);
  EXPECT_EQ(cache.stats().evictions, 1u);
}

TEST(LruEviction, AGetMakesAnEntryTheNewest) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.get("0").status, Status::ok);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_TRUE(cache.has("0"));
  EXPECT_FALSE(cache.has("1"));
}

TEST(LruEviction, AnOverwriteMakesAnEntryTheNewestAndEvictsNothing) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.set("0", "again"), Status::ok);
  ASSERT_EQ(cache.stats().evictions, 0u);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_TRUE(cache.has("0"));
  EXPECT_FALSE(cache.has("1"));
}

TEST(LruEviction, ATouchMakesAnEntryTheNewest) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.touch("0", 10s), Status::ok);

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_TRUE(cache.has("0"));
  EXPECT_FALSE(cache.has("1"));
}

TEST(LruEviction, ExistsDoesNotChangeTheOrder) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  fillWithTen(cache);
  ASSERT_TRUE(cache.has("0"));

  ASSERT_EQ(cache.set("10", "value"), Status::ok);

  EXPECT_FALSE(cache.has("0"));
}

TEST(LruEviction, AnExpiredEntryIsEvictedBeforeALiveOne) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  for (int i = 0; i < 9; ++i) ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
  ASSERT_EQ(cache.set("expires", "value", 5ms), Status::ok);
  cache.advance(1s);

  ASSERT_EQ(cache.set("new", "value"), Status::ok);

  for (int i = 0; i < 9; ++i) EXPECT_TRUE(cache.has(std::to_string(i))) << i;
  EXPECT_EQ(cache.stats().evictions, 0u);
  EXPECT_EQ(cache.stats().expirations, 1u);
}

TEST(LruEviction, ClearedEntriesMakeRoomWithoutCountingAsEvicted) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  fillWithTen(cache);
  ASSERT_EQ(cache.clear("ns"), Status::ok);

  for (int i = 0; i < 10; ++i) ASSERT_EQ(cache.set("new " + std::to_string(i), "value"), Status::ok);

  for (int i = 0; i < 10; ++i) EXPECT_TRUE(cache.has("new " + std::to_string(i))) << i;
  EXPECT_EQ(cache.stats().evictions, 0u);
}

TEST(LruExpiry, AnEntryExpiresToTheNanosecond) {
  OpenCache cache(Settings{{"max_entries", "10"}, {"policy", "lru"}});
  ASSERT_EQ(cache.set("k", "value", 10ms), Status::ok);

  cache.advance(9ms);
  EXPECT_TRUE(cache.has("k"));
  cache.advance(1ms);
  EXPECT_FALSE(cache.has("k"));
}

TEST(LruExpiry, ALookUpRemovesAnExpiredEntry) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  ASSERT_EQ(cache.set("k", "value", 10ms), Status::ok);
  cache.advance(10ms);

  ASSERT_FALSE(cache.has("k"));

  EXPECT_EQ(cache.stats().entries, 0u);
  EXPECT_EQ(cache.stats().bytes, 0u);
  EXPECT_EQ(cache.stats().expirations, 1u);
}

bool becomesEmpty(const OpenCache& cache) {
  return tests::eventually([&cache] { return cache.stats().entries == 0; });
}

TEST(LruExpiry, ExpiredEntriesAreRemovedWithoutALookUp) {
  OpenCache cache(Settings{{"max_bytes", "16MiB"}});
  for (int i = 0; i < 5000; ++i)
    ASSERT_EQ(cache.set(std::to_string(i), "value", std::chrono::milliseconds(1 + i * 100)), Status::ok);
  cache.advance(500s);

  EXPECT_TRUE(becomesEmpty(cache));

  EXPECT_EQ(cache.stats().bytes, 0u);
  EXPECT_EQ(cache.stats().expirations, 5000u);
}

TEST(LruExpiry, ATouchSetsTheTtlOfAnEntryWithoutOne) {
  OpenCache cache(Settings{{"max_entries", "10"}});
  ASSERT_EQ(cache.set("k", "value"), Status::ok);
  const auto held = cache.get("k");

  ASSERT_EQ(cache.touch("k", 10ms), Status::ok);

  const auto touched = cache.get("k");
  EXPECT_EQ(touched.value.view(), "value");
  EXPECT_EQ(touched.version, held.version);
  cache.advance(10ms);
  EXPECT_FALSE(cache.has("k"));
}

}  // namespace
}  // namespace larder::lru_test
