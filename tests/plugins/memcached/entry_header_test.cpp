// SPDX-License-Identifier: Apache-2.0
#include "entry_header.hpp"

#include "expiry.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace larder::memcached {
namespace {

using namespace std::string_view_literals;

Entry sample() { return {7, 1'700'000'000'123, 42, "users"sv, "k\0\r\n\xff"sv, "the value"sv}; }

TEST(EntryHeader, DecodesWhatItEncoded) {
  const std::string bytes = encode(sample());

  const auto entry = decode(bytes);

  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->version, 7u);
  EXPECT_EQ(entry->expiresMs, 1'700'000'000'123);
  EXPECT_EQ(entry->generation, 42u);
  EXPECT_EQ(entry->nameSpace, "users");
  EXPECT_EQ(entry->key, "k\0\r\n\xff"sv);
  EXPECT_EQ(entry->value, "the value");
}

TEST(EntryHeader, NamespaceKeyAndValueMayBeEmpty) {
  const std::string bytes = encode({1, kNever, 1, {}, {}, {}});

  const auto entry = decode(bytes);

  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(bytes.size(), kHeaderSize);
  EXPECT_TRUE(entry->nameSpace.empty() && entry->key.empty() && entry->value.empty());
}

TEST(EntryHeader, GenerationAndExpiryChangeInPlace) {
  std::string bytes = encode(sample());

  setGeneration(bytes, 43);
  setExpiry(bytes, kNever);

  const auto entry = decode(bytes);
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->generation, 43u);
  EXPECT_EQ(entry->expiresMs, kNever);
  EXPECT_EQ(entry->version, 7u);
  EXPECT_EQ(entry->value, "the value");
}

// README.md documents the bytes for other programs: changing them requires another format number.
TEST(EntryHeader, TheFormatIsTheDocumentedOne) {
  const Entry entry{0x0102030405060708, 0x1112131415161718, 0x2122232425262728, "ns"sv, "key"sv, "v"sv};

  EXPECT_EQ(encode(entry),
            "Lm\x01\x00"
            "\x01\x00\x00\x00"
            "\x08\x07\x06\x05\x04\x03\x02\x01"
            "\x18\x17\x16\x15\x14\x13\x12\x11"
            "\x28\x27\x26\x25\x24\x23\x22\x21"
            "\x02\x00\x00\x00"
            "\x03\x00\x00\x00"
            "nskeyv"sv);
}

TEST(EntryHeader, EveryTruncationIsRefused) {
  const std::string bytes = encode(sample());

  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(decode(bytes + "x").has_value());
}

TEST(EntryHeader, AForeignFormatAndImpossibleSizesAreRefused) {
  std::string other_format = encode(sample());
  other_format[2] = 2;
  std::string huge = encode(sample());
  huge.replace(4, 4, "\xff\xff\xff\xff");
  std::string no_version = encode(sample());
  no_version.replace(8, 8, std::string(8, '\0'));

  EXPECT_FALSE(decode(other_format).has_value());
  EXPECT_FALSE(decode(huge).has_value());
  EXPECT_FALSE(decode(no_version).has_value());
  EXPECT_FALSE(decode("someone else's value, long enough for a header").has_value());
}

// Wherever a bit flips, what is decoded stays within the bytes; a sanitizer would detect otherwise.
TEST(EntryHeader, AFlippedBitIsRefusedOrStaysWithinTheBytes) {
  const std::string bytes = encode(sample());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));

    const auto entry = decode(damaged);

    if (!entry) continue;
    const std::string parts =
        std::string(entry->nameSpace) + std::string(entry->key) + std::string(entry->value);
    EXPECT_EQ(parts, damaged.substr(kHeaderSize)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace larder::memcached
