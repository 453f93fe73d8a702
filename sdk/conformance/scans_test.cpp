// SPDX-License-Identifier: Apache-2.0
#include "extension_fixture.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace larder::conformance {
namespace {

constexpr std::size_t kLongestCursor = 64;

// The result of one SCAN: the next cursor and the keys. readPage() returns nullopt if the bytes do not follow
// abi.h.
struct Page {
  std::string cursor;
  std::vector<std::string> keys;
};

std::optional<Page> readPage(std::string_view bytes) {
  std::vector<std::string> strings;
  while (!bytes.empty()) {
    std::uint32_t size = 0;
    if (bytes.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (bytes.size() < size) return std::nullopt;
    strings.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (strings.empty()) return std::nullopt;
  return Page{strings.front(), {strings.begin() + 1, strings.end()}};
}

class Scans : public ExtensionTest {
 protected:
  Scans() : ExtensionTest(LARDER_SCAN) {}

  larder_status scan(std::string_view cursor, std::int64_t number) {
    RawOp op(LARDER_OP_SCAN, space_, "", cursor);
    op.op().number = number;
    return op.perform(raw());
  }

  Page pageOf(std::string_view prefix, std::string_view cursor, std::int64_t number) {
    RawOp op(LARDER_OP_SCAN, space_, prefix, cursor);
    op.op().number = number;
    const auto status = op.perform(raw());
    const auto page = readPage(op.value());
    EXPECT_EQ(status, LARDER_OK);
    EXPECT_TRUE(page.has_value())
        << "the result is not a sequence of sized strings that begins with a cursor";
    if (page) {
      EXPECT_LE(page->cursor.size(), kLongestCursor);
    }
    return page ? *page : Page{};
  }

  // Returns every key that a complete scan lists.
  std::set<std::string> keysWith(std::string_view prefix, std::int64_t number = 100) {
    std::set<std::string> keys;
    std::string cursor;
    for (int pages = 0; pages < 100'000; ++pages) {
      const auto page = pageOf(prefix, cursor, number);
      keys.insert(page.keys.begin(), page.keys.end());
      cursor = page.cursor;
      if (cursor.empty() || HasFailure()) return keys;
    }
    ADD_FAILURE() << "a scan does not end";
    return keys;
  }

  std::set<std::string> store(std::string_view stem, int count) {
    std::set<std::string> keys;
    for (int i = 0; i < count; ++i) {
      auto key = std::string(stem) + std::to_string(i);
      EXPECT_EQ(rawSet(key, "value"), LARDER_OK);
      keys.insert(std::move(key));
    }
    return keys;
  }
};

TEST_F(Scans, ANamespaceWithoutEntriesHasNoKeys) { EXPECT_TRUE(keysWith("").empty()); }

TEST_F(Scans, EveryKeyIsListedWithAnyPageSize) {
  const auto stored = store("k", 500);

  for (const std::int64_t number : {7, 100, 10'000}) EXPECT_EQ(keysWith("", number), stored) << number;
}

TEST_F(Scans, WithPagesOfOneKeyEnd) {
  const auto stored = store("k", 30);

  EXPECT_EQ(keysWith("", 1), stored);
}

TEST_F(Scans, OnlyKeysOfTheNamespaceAreListed) {
  const auto stored = store("k", 10);
  for (const std::string end : {"2", "x", ":"})
    ASSERT_EQ(RawOp(LARDER_OP_SET, space_ + end, "foreign", "value").perform(raw()), LARDER_OK);

  EXPECT_EQ(keysWith(""), stored);
}

TEST_F(Scans, OnlyKeysWithThePrefixAreListed) {
  const auto users = store("user:", 20);
  store("use", 5);
  store("other", 5);

  EXPECT_EQ(keysWith("user:"), users);
  EXPECT_TRUE(keysWith("user:x").empty());
}

TEST_F(Scans, KeysAndPrefixesMayContainAnyBytes) {
  const std::vector<std::string> awkward = {"",        "*", "a*b", "a?",  "[a-z]",  "\\",
                                            "\\*",     "%", "_",   "a b", "a\r\nb", std::string("a\0b", 3),
                                            "\xff\xfe"};
  std::set<std::string> stored(awkward.begin(), awkward.end());
  stored.insert("abb");
  stored.insert("x");
  for (const auto& key : stored) ASSERT_EQ(rawSet(key, "value"), LARDER_OK);

  EXPECT_EQ(keysWith(""), stored);
  for (const auto& prefix : awkward) {
    std::set<std::string> expected;
    for (const auto& key : stored)
      if (key.starts_with(prefix)) expected.insert(key);
    EXPECT_EQ(keysWith(prefix), expected) << '"' << prefix << '"';
  }
}

TEST_F(Scans, DeletedAndExpiredKeysAreNotListed) {
  ASSERT_EQ(rawSet("kept", "value"), LARDER_OK);
  ASSERT_EQ(rawSet("deleted", "value"), LARDER_OK);
  ASSERT_EQ(rawSet("expired", "value", 10ms), LARDER_OK);
  ASSERT_EQ(RawOp(LARDER_OP_DELETE, space_, "deleted").perform(raw()), LARDER_OK);
  sleep(40ms);

  EXPECT_EQ(keysWith(""), std::set<std::string>{"kept"});
}

TEST_F(Scans, AClearedNamespaceHasNoKeys) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  store("k", 50);
  ASSERT_EQ(RawOp(LARDER_OP_CLEAR_NAMESPACE, space_, "").perform(raw()), LARDER_OK);

  EXPECT_TRUE(keysWith("").empty());
  const auto stored = store("new", 5);
  EXPECT_EQ(keysWith(""), stored);
}

TEST_F(Scans, KeysThatStayAreListedWhileOthersAreAddedAndRemoved) {
  const auto kept = store("kept", 200);
  std::set<std::string> told;
  std::string cursor;
  int round = 0;
  do {
    const auto page = pageOf("", cursor, 10);
    told.insert(page.keys.begin(), page.keys.end());
    cursor = page.cursor;
    const auto passing = "passing" + std::to_string(round++);
    ASSERT_EQ(rawSet(passing, "value"), LARDER_OK);
    ASSERT_EQ(RawOp(LARDER_OP_DELETE, space_, passing).perform(raw()), LARDER_OK);
    ASSERT_LT(round, 100'000) << "a scan does not end";
  } while (!cursor.empty());

  EXPECT_TRUE(std::ranges::includes(told, kept));
}

TEST_F(Scans, AMalformedCursorIsInvalid) {
  store("k", 20);

  for (const std::string cursor : {"no such cursor", "-1", "\xff\xff\xff", "1 2"})
    EXPECT_EQ(scan(cursor, 10), LARDER_INVALID) << cursor;
  EXPECT_EQ(scan(std::string(kLongestCursor + 1, '0'), 10), LARDER_INVALID);
}

TEST_F(Scans, RequestBetween1And10000Keys) {
  EXPECT_EQ(scan("", 0), LARDER_INVALID);
  EXPECT_EQ(scan("", -1), LARDER_INVALID);
  EXPECT_EQ(scan("", 10'001), LARDER_INVALID);

  EXPECT_EQ(scan("", 10'000), LARDER_OK);
}

TEST_F(Scans, FlagsAreInvalid) {
  RawOp op(LARDER_OP_SCAN, space_, "");
  op.op().number = 10;

  EXPECT_EQ(op.with(LARDER_IF_ABSENT).perform(raw()), LARDER_INVALID);
}

}  // namespace
}  // namespace larder::conformance
