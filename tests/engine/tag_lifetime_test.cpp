// SPDX-License-Identifier: Apache-2.0
//
// A tag's stamp lives as long as the entries that depend on it.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "unit/open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using Storing = CacheResult::Storing;

namespace {

constexpr std::chrono::hours kDay{24};

class TagLifetime : public ::testing::Test {
 protected:
  CacheResult get(const std::string& key, std::chrono::milliseconds expire) {
    return cache_.getOrCompute({.nameSpace = "test",
                                .key = KeyBuilder().field(key).build(),
                                .expire = expire,
                                .tags = tags_,
                                .compute = [] { return Computed{.payload = "v"}; }});
  }

  const std::vector<std::string> tags_{"users"};
  conformance::ManualServices services_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
};

}  // namespace

TEST_F(TagLifetime, AfterAnInvalidationCoversTheEntriesStoredSince) {
  ASSERT_EQ(cache_.invalidate(tags_), Status::ok);
  get("a", 7 * kDay);

  services_.advance(6 * kDay);

  EXPECT_EQ(get("a", 7 * kDay).source, Source::hit);
}

TEST_F(TagLifetime, IsExtendedByEachStoreSoThatEntriesOfATagNeverMissTogether) {
  get("first", 20h);
  for (int day = 0; day < 5; ++day) {
    services_.advance(19h);
    get("kept in use " + std::to_string(day), 20h);
    EXPECT_EQ(get(day == 0 ? "first" : "kept in use " + std::to_string(day - 1), 20h).source, Source::hit)
        << day;
  }
}

TEST_F(TagLifetime, IsNotShortenedByAnEntryWithAShorterLife) {
  get("long", 10 * kDay);
  get("short", 30s);

  services_.advance(9 * kDay);

  EXPECT_EQ(get("long", 10 * kDay).source, Source::hit);
}

TEST_F(TagLifetime, OfAnEntryWithTheLongestTtlFitsTheStore) {
  EXPECT_EQ(get("a", 60 * 365 * kDay).storing, Storing::stored);

  EXPECT_EQ(get("a", 60 * 365 * kDay).source, Source::hit);
}
