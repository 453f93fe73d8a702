// SPDX-License-Identifier: Apache-2.0
#include "entry/entry.hpp"

#include <gtest/gtest.h>

using namespace larder;
using namespace std::chrono_literals;

namespace {

const Key kShort = KeyBuilder().field("k").build();
const Key kLong = KeyBuilder().field(std::string(300, 'k')).build();

std::string sample(const Key& key) {
  return encodeEntry({.created = 1000ms,
                      .freshUntil = 2000ms,
                      .staleUntil = 3000ms,
                      .tags = {{"users", 7}, {"user:1", 8}},
                      .payload = "payload"},
                     key);
}

}  // namespace

TEST(EntryCodec, RoundTripsItsInput) {
  for (const auto& key : {kShort, kLong}) {
    const auto bytes = sample(key);

    const auto entry = decodeEntry(bytes, key, true);

    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->created, 1000ms);
    EXPECT_EQ(entry->freshUntil, 2000ms);
    EXPECT_EQ(entry->staleUntil, 3000ms);
    ASSERT_EQ(entry->tags.size(), 2u);
    const auto second = *std::next(entry->tags.begin());
    EXPECT_EQ(second.tag, "user:1");
    EXPECT_EQ(second.stamp, 8u);
    EXPECT_EQ(entry->payload, "payload");
  }
}

TEST(EntryCodec, RefusesEveryTruncation) {
  const auto bytes = sample(kLong);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decodeEntry(std::string_view(bytes).substr(0, size), kLong, true)) << size;
}

TEST(EntryCodec, RefusesEveryFlippedBit) {
  const auto bytes = sample(kShort);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto bad = bytes;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decodeEntry(bad, kShort, true)) << bit;
  }
}

TEST(EntryCodec, WithoutChecksumNeverReadsPastTheEnd) {
  const auto bytes = sample(kLong);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    decodeEntry(std::string(bytes, 0, size), kLong, false);  // the sanitizers watch
}

TEST(EntryCodec, RefusesAnEntryOfAnotherKeyWithTheSameHash) {
  const Key other = KeyBuilder().field(std::string(300, 'x')).build();

  EXPECT_FALSE(decodeEntry(sample(other), kLong, true));
}

TEST(EntryCodec, RefusesAnEntryThatWasCopiedFromAnotherKeyOfAnyLength) {
  const Key other = KeyBuilder().field("other").build();

  EXPECT_FALSE(decodeEntry(sample(kShort), other, true));
  EXPECT_FALSE(decodeEntry(sample(kShort), kLong, true));
  EXPECT_FALSE(decodeEntry(sample(kLong), kShort, true));
}

TEST(EntryCodec, RefusesAnotherVersion) {
  for (const int version : {0, 1, 2, 5}) {
    auto bytes = sample(kShort);
    bytes[0] = static_cast<char>(version);

    EXPECT_FALSE(decodeEntry(bytes, kShort, false));
  }
}
