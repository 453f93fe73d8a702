// SPDX-License-Identifier: Apache-2.0
#include "open_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace larder::lru_test {
namespace {

using namespace std::chrono_literals;

std::string refusalOf(const Settings& settings) {
  try {
    OpenCache cache(settings);
    return "";
  } catch (const SettingError& error) {
    return error.what();
  }
}

TEST(LruSettings, ACacheWithoutABoundIsRefused) {
  EXPECT_NE(refusalOf({{"max_bytes", "0"}}).find("max_bytes and max_entries are both 0"), std::string::npos);
}

TEST(LruSettings, ABoundTooSmallForOneEntryIsRefused) {
  EXPECT_NE(refusalOf({{"max_bytes", "4095"}}).find("max_bytes"), std::string::npos);
}

TEST(LruSettings, ANumberOfShardsThatIsNotAPowerOfTwoIsRefused) {
  EXPECT_NE(refusalOf({{"shards", "12"}}).find("shards: 12"), std::string::npos);
}

TEST(LruSettings, MoreShardsThanEntriesAreRefused) {
  EXPECT_NE(refusalOf({{"shards", "16"}, {"max_entries", "10"}}).find("shards: 16"), std::string::npos);
}

TEST(LruSettings, EitherBoundAloneIsEnough) {
  EXPECT_EQ(refusalOf({{"max_bytes", "4KiB"}}), "");
  EXPECT_EQ(refusalOf({{"max_bytes", "0"}, {"max_entries", "1"}}), "");
}

TEST(LruSettings, TheCapacityIsReportedInBytes) {
  EXPECT_EQ(OpenCache(Settings{{"max_bytes", "1MiB"}}).stats().capacity, 1u << 20);
  EXPECT_EQ(OpenCache(Settings{{"max_bytes", "0"}, {"max_entries", "1"}}).stats().capacity,
            LARDER_STAT_UNKNOWN);
}

TEST(LruBounds, EntriesNeverExceedTheirBoundWithAnyNumberOfShards) {
  for (const auto* shards : {"1", "2", "8"}) {
    OpenCache cache(Settings{{"max_entries", "30"}, {"shards", shards}});
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
      ASSERT_LE(cache.stats().entries, 30u);
    }
    EXPECT_EQ(cache.stats().entries, 30u) << shards;
  }
}

TEST(LruBounds, BytesNeverExceedTheirBoundAndUseMostOfIt) {
  OpenCache cache(Settings{{"max_bytes", "256KiB"}});
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(cache.set(std::to_string(i), std::string(static_cast<std::size_t>(i % 2000), 'x')), Status::ok);
    ASSERT_LE(cache.stats().bytes, 256u << 10);
  }
  EXPECT_GT(cache.stats().bytes, 250u << 10);
  EXPECT_GT(cache.stats().evictions, 4000u);
}

TEST(LruBounds, BytesIncludeTheOverheadOfEntries) {
  OpenCache cache(Settings{{"max_bytes", "1MiB"}});
  for (int i = 0; i < 100; ++i) ASSERT_EQ(cache.set(std::to_string(1000 + i), "value"), Status::ok);

  EXPECT_GT(cache.stats().bytes, 100u * (4 + 5 + 64));
  EXPECT_LT(cache.stats().bytes, 100u * (4 + 5 + 200));
}

TEST(LruBounds, BytesIncludeNamespaces) {
  OpenCache cache(Settings{{"max_bytes", "256KiB"}});
  for (int i = 0; i < 2000; ++i) {
    const auto name = std::to_string(i) + std::string(1000, 'n');
    ASSERT_EQ(cache.set("k", "value", noExpiry, name), Status::ok);
    ASSERT_LE(cache.stats().bytes, 256u << 10);
  }
  EXPECT_LT(cache.stats().entries, 256u);
}

TEST(LruBounds, AValueThatIsTooLargeRemovesTheOldOne) {
  OpenCache cache(Settings{{"max_bytes", "64KiB"}});
  ASSERT_EQ(cache.set("k", "old"), Status::ok);
  ASSERT_EQ(cache.set("other", "value"), Status::ok);

  EXPECT_EQ(cache.set("k", std::string(cache.maxValueSize() + 1, 'x')), Status::tooLarge);

  EXPECT_FALSE(cache.has("k"));
  EXPECT_TRUE(cache.has("other"));
}

TEST(LruBounds, ValuesHeldByReadersStillCount) {
  OpenCache cache(Settings{{"max_bytes", "64KiB"}});
  const std::string value(20'000, 'x');
  std::vector<Outcome> held;
  for (const auto* key : {"a", "b", "c"}) {
    ASSERT_EQ(cache.set(key, value), Status::ok);
    held.push_back(cache.get(key));
  }

  EXPECT_EQ(cache.set("d", value), Status::noMemory);
  EXPECT_LE(cache.stats().bytes, 64u << 10);
  EXPECT_GT(cache.stats().bytes, 60'000u);
  for (const auto& outcome : held) EXPECT_EQ(outcome.value.view(), value);

  held.clear();
  EXPECT_EQ(cache.set("d", value), Status::ok);
}

TEST(LruBounds, ASetEvictsNothingWhenHeldValuesFillTheCache) {
  OpenCache cache(Settings{{"max_bytes", "64KiB"}});
  const std::string value(20'000, 'x');
  std::vector<Outcome> held;
  for (const auto* key : {"a", "b", "c"}) {
    ASSERT_EQ(cache.set(key, value), Status::ok);
    held.push_back(cache.get(key));
  }

  ASSERT_EQ(cache.set("d", value), Status::noMemory);

  EXPECT_EQ(cache.stats().evictions, 0u);
  for (const auto* key : {"a", "b", "c"}) EXPECT_TRUE(cache.has(key)) << key;
}

TEST(LruBounds, AnErasedValueIsFreedWithItsLastReader) {
  OpenCache cache(Settings{{"max_bytes", "64KiB"}});
  for (const std::size_t size : {100u, 20'000u}) {
    ASSERT_EQ(cache.set("k", std::string(size, 'x')), Status::ok);
    auto held = cache.get("k");
    ASSERT_EQ(cache.perform(OpCode::erase, "k").status, Status::ok);
    EXPECT_GT(cache.stats().bytes, size);
    EXPECT_EQ(held.value.view(), std::string(size, 'x'));

    held = {};

    EXPECT_EQ(cache.stats().bytes, 0u) << size;
  }
}

TEST(LruBounds, NothingIsLeftOfClearedEntries) {
  OpenCache cache(Settings{{"max_bytes", "1MiB"}});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
  ASSERT_EQ(cache.clear("ns"), Status::ok);

  for (int i = 0; i < 1000; ++i) ASSERT_FALSE(cache.has(std::to_string(i)));

  EXPECT_EQ(cache.stats().entries, 0u);
  EXPECT_EQ(cache.stats().bytes, 0u);
}

TEST(LruBounds, HoldWhileEightThreadsWriteReadHoldAndClear) {
  constexpr std::uint64_t bound = 4 << 20;
  OpenCache cache(Settings{{"max_bytes", "4MiB"}, {"max_entries", "2000"}, {"shards", "4"}});
  std::atomic<int> over{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      std::vector<Outcome> held(16);
      for (std::size_t i = 0; i < 3000; ++i) {
        const auto n = i * 31 + static_cast<std::size_t>(thread) * 7;
        const auto key = std::to_string(n % 5000);
        cache.set(key, std::string(n % 4000, 'v'), i % 3 == 0 ? 5ms : noExpiry);
        held[n % held.size()] = cache.get(key);
        if (i % 500 == 0) cache.clear("ns");
        if (i % 100 == 0) cache.advance(1ms);
        const auto stats = cache.stats();
        if (stats.bytes > bound || stats.entries > 2000) ++over;
      }
    });
  threads.clear();

  EXPECT_EQ(over.load(), 0);
}

}  // namespace
}  // namespace larder::lru_test
