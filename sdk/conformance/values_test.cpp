// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace larder::conformance {
namespace {

class Values : public Conformance {
 protected:
  std::size_t largest() { return static_cast<std::size_t>(backend().maxValueSize()); }
};

// Returns bytes without a period that could coincide with a protocol's or a block's size.
std::string pattern(std::size_t size, std::uint64_t seed = 1) {
  std::string bytes(size, '\0');
  std::uint64_t state = seed;
  for (char& byte : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

std::string allByteValues() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

TEST_F(Values, AnEmptyValueIsNotAMiss) {
  ASSERT_EQ(set("k", "").status, Status::ok);

  const auto read = get("k");

  EXPECT_EQ(read.status, Status::ok);
  EXPECT_EQ(read.value.view().size(), 0u);
}

TEST_F(Values, AValueOfEveryByteIsReturnedUnchanged) {
  ASSERT_EQ(set("k", allByteValues()).status, Status::ok);

  EXPECT_EQ(valueOf("k"), allByteValues());
}

TEST_F(Values, ASingleByteIsReturnedUnchanged) {
  for (const char byte : allByteValues()) {
    const std::string value(1, byte);
    ASSERT_EQ(set("k", value).status, Status::ok);
    ASSERT_EQ(valueOf("k"), value);
  }
}

TEST_F(Values, OfEverySizeUpToTheLargestAreReturnedUnchanged) {
  for (std::size_t size = 1; size < largest(); size = size * 4 + 1) {
    const auto value = pattern(size);
    ASSERT_EQ(set("k", value).status, Status::ok) << size;
    ASSERT_TRUE(valueOf("k") == value) << size;
  }
}

TEST_F(Values, AMebibyteIsReturnedIfTheBackendDeclaresThatMuch) {
  for (const std::size_t size : {(1u << 20) - 1, 1u << 20, (1u << 20) + 1}) {
    if (size > largest()) continue;
    const auto value = pattern(size);
    ASSERT_EQ(set("k", value).status, Status::ok) << size;
    EXPECT_TRUE(valueOf("k") == value) << size;
  }
}

TEST_F(Values, TheLargestDeclaredValueIsStored) {
  const auto value = pattern(largest());

  ASSERT_EQ(set("k", value).status, Status::ok);

  EXPECT_TRUE(valueOf("k") == value);
}

TEST_F(Values, OneByteBeyondTheLimitIsTooLargeAndTheOldValueIsGoneOrUnchanged) {
  ASSERT_EQ(set("k", "old").status, Status::ok);

  EXPECT_EQ(set("k", pattern(largest() + 1)).status, Status::tooLarge);

  const auto left = valueOf("k");
  EXPECT_TRUE(left == "<miss>" || left == "old") << left;
}

TEST_F(Values, AValueThatIsTooLargeDoesNotDisturbTheBackend) {
  ASSERT_EQ(set("big", pattern(largest() + 1)).status, Status::tooLarge);

  ASSERT_EQ(set("k", "value").status, Status::ok);

  EXPECT_EQ(valueOf("k"), "value");
  EXPECT_EQ(valueOf("big"), "<miss>");
}

TEST_F(Values, AHeldValueIsUnchangedByOverwriteTouchDeleteAndClear) {
  const auto bytes = pattern(10'000);
  ASSERT_EQ(set("k", bytes).status, Status::ok);
  const auto held = get("k");
  ASSERT_EQ(held.status, Status::ok);

  ASSERT_EQ(set("k", pattern(10'000, 2)).status, Status::ok);
  EXPECT_TRUE(held.value.view() == bytes);
  if (hasCapability(LARDER_CAP_TTL)) {
    ASSERT_EQ(touch("k", 10s).status, Status::ok);
  }
  EXPECT_TRUE(held.value.view() == bytes);
  ASSERT_EQ(erase("k").status, Status::ok);
  EXPECT_TRUE(held.value.view() == bytes);
  if (hasCapability(LARDER_CAP_CLEAR)) {
    ASSERT_EQ(clear(space_).status, Status::ok);
  }
  for (int i = 0; i < 100; ++i) ASSERT_EQ(set(std::to_string(i), pattern(10'000, 3)).status, Status::ok);
  EXPECT_TRUE(held.value.view() == bytes);
}

TEST_F(Values, AHeldValueIsUnchangedAfterItsEntryExpires) {
  ASSERT_EQ(set("k", "value", 1s).status, Status::ok);
  const auto held = get("k");
  ASSERT_EQ(held.status, Status::ok);

  pass(1020ms);
  ASSERT_EQ(valueOf("k"), "<miss>");

  EXPECT_EQ(held.value.view(), "value");
}

TEST_F(Values, MayBeReleasedOnAnotherThreadInAnyOrder) {
  ASSERT_EQ(set("k", pattern(1000)).status, Status::ok);
  std::vector<Outcome> held;
  for (int i = 0; i < 100; ++i) held.push_back(get("k"));
  ASSERT_EQ(erase("k").status, Status::ok);

  std::reverse(held.begin() + 20, held.end());
  bool unchanged = true;
  std::jthread([&] {
    for (auto& outcome : held) {
      unchanged = unchanged && outcome.value.view() == pattern(1000);
      outcome.value = Value();
    }
  }).join();

  EXPECT_TRUE(unchanged);
}

class Keys : public Conformance {};

std::vector<std::string> awkwardKeys() {
  return {"",
          " ",
          std::string("a\0b", 3),
          std::string("a\0c", 3),
          std::string(1, '\0'),
          "a",
          "a\r\nb",
          "a\r\nset x 0 0 1\r\ny\r\n",
          "a b",
          "a ",
          "\t",
          "\x7f",
          "\x80\xff\xfe",
          "\xc3\xa4",
          "%b%s%n",
          "{tag}key",
          "*",
          "A",
          std::string(250, 'k'),
          std::string(249, 'k').append("l")};
}

TEST_F(Keys, OfDifferentBytesNameDifferentEntries) {
  const auto keys = awkwardKeys();
  for (std::size_t i = 0; i < keys.size(); ++i)
    ASSERT_EQ(set(keys[i], "value " + std::to_string(i)).status, Status::ok) << i;

  for (std::size_t i = 0; i < keys.size(); ++i)
    EXPECT_EQ(valueOf(keys[i]), "value " + std::to_string(i)) << i;
}

TEST_F(Keys, OfAnyBytesCanBeTouchedQueriedAndDeleted) {
  const auto keys = awkwardKeys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ASSERT_EQ(set(keys[i], "value").status, Status::ok) << i;
    EXPECT_EQ(exists(keys[i]).status, Status::ok) << i;
    if (hasCapability(LARDER_CAP_TTL)) {
      EXPECT_EQ(touch(keys[i], 10s).status, Status::ok) << i;
      EXPECT_EQ(ttl(keys[i]).status, Status::ok) << i;
    }
    EXPECT_EQ(erase(keys[i]).status, Status::ok) << i;
    EXPECT_EQ(valueOf(keys[i]), "<miss>") << i;
  }
}

TEST_F(Keys, LongKeysMayDifferOnlyInTheLastByte) {
  const auto longest = static_cast<std::size_t>(backend().maxKeySize());
  for (const std::size_t size : {std::size_t{250}, std::size_t{1000}, longest}) {
    if (size > longest) continue;
    const std::string stem(size - 1, 'k');
    ASSERT_EQ(set(stem + "1", "one").status, Status::ok) << size;
    ASSERT_EQ(set(stem + "2", "two").status, Status::ok) << size;

    EXPECT_EQ(valueOf(stem + "1"), "one") << size;
    EXPECT_EQ(valueOf(stem + "2"), "two") << size;
  }
}

TEST_F(Keys, OfAtLeast250BytesAreAccepted) { EXPECT_GE(backend().maxKeySize(), 250u); }

TEST_F(Keys, OneByteMoreThanTheLongestIsTooLargeForEveryOperation) {
  const std::string key(static_cast<std::size_t>(backend().maxKeySize()) + 1, 'k');

  EXPECT_EQ(set(key, "value").status, Status::tooLarge);
  EXPECT_EQ(get(key).status, Status::tooLarge);
  EXPECT_EQ(erase(key).status, Status::tooLarge);
  EXPECT_EQ(exists(key).status, Status::tooLarge);
}

TEST_F(Keys, ErrorTextsContainNeitherKeysNorValues) {
  const std::string secret = "s3cret-of-a-user";
  const auto refused = set(secret, secret + pattern(static_cast<std::size_t>(backend().maxValueSize())));

  ASSERT_EQ(refused.status, Status::tooLarge);
  EXPECT_EQ(refused.error.find(secret), std::string::npos);
}

}  // namespace
}  // namespace larder::conformance
