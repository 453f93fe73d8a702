// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <string>
#include <vector>

namespace larder::conformance {
namespace {

// Namespaces prefixed with the test's own one, so that servers can be shared.
class Namespaces : public Conformance {
 protected:
  std::string named(std::string_view end) const { return space_ + std::string(end); }

  Outcome setIn(std::string_view name_space, std::string_view key, std::string_view value) {
    Operation operation = on(OpCode::set, key);
    operation.nameSpace = name_space;
    operation.value = value;
    return perform(operation);
  }

  std::string valueIn(std::string_view name_space, std::string_view key) {
    Operation operation = on(OpCode::get, key);
    operation.nameSpace = name_space;
    return shown(perform(operation));
  }
};

TEST_F(Namespaces, TheSameKeyInTwoNamespacesNamesTwoEntries) {
  ASSERT_EQ(setIn(named("a"), "k", "of a").status, Status::ok);
  ASSERT_EQ(setIn(named("b"), "k", "of b").status, Status::ok);

  EXPECT_EQ(valueIn(named("a"), "k"), "of a");
  EXPECT_EQ(valueIn(named("b"), "k"), "of b");
}

TEST_F(Namespaces, TheBoundaryBetweenNamespaceAndKeyMatters) {
  ASSERT_EQ(setIn(named("a"), "bc", "a|bc").status, Status::ok);
  ASSERT_EQ(setIn(named("ab"), "c", "ab|c").status, Status::ok);
  ASSERT_EQ(setIn(named("abc"), "", "abc|").status, Status::ok);

  EXPECT_EQ(valueIn(named("a"), "bc"), "a|bc");
  EXPECT_EQ(valueIn(named("ab"), "c"), "ab|c");
  EXPECT_EQ(valueIn(named("abc"), ""), "abc|");
}

TEST_F(Namespaces, SeparatorsInNamesDoNotMakeKeysCollide) {
  for (const char byte : {':', '/', '|', '.', '#', '\0', '}', '{'}) {
    const std::string separator(1, byte);
    ASSERT_EQ(setIn(named("a"), separator + "b", "left").status, Status::ok);
    ASSERT_EQ(setIn(named("a" + separator), "b", "right").status, Status::ok);

    EXPECT_EQ(valueIn(named("a"), separator + "b"), "left") << "separator " << separator;
    EXPECT_EQ(valueIn(named("a" + separator), "b"), "right") << "separator " << separator;
  }
}

TEST_F(Namespaces, ClearingOneRemovesAllItsEntries) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(set(std::to_string(i), "value").status, Status::ok);

  ASSERT_EQ(clear(space_).status, Status::ok);

  for (int i = 0; i < 100; ++i) EXPECT_EQ(valueOf(std::to_string(i)), "<miss>") << i;
}

TEST_F(Namespaces, ClearingOneKeepsLongerNamesWithTheSamePrefix) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  for (const auto* name : {"ab", "abc", "abcd", "bc"})
    ASSERT_EQ(setIn(named(name), "k", name).status, Status::ok);

  ASSERT_EQ(clear(named("abc")).status, Status::ok);

  EXPECT_EQ(valueIn(named("abc"), "k"), "<miss>");
  for (const auto* name : {"ab", "abcd", "bc"}) EXPECT_EQ(valueIn(named(name), "k"), name);
}

TEST_F(Namespaces, QuotesBracesAndWildcardsHaveNoSpecialMeaning) {
  const std::vector<std::string> names = {"*",   "a*", "?",   "[a-z]", "\"",       "'",    "{a}",
                                          "{",   "}",  "\\",  "%s",    "$1",       "\r\n", " ",
                                          "a b", ":",  "a:b", "\xff",  "\xc3\xa4", ";--"};
  ASSERT_EQ(setIn(named("a"), "k", "bystander").status, Status::ok);
  for (const auto& name : names) ASSERT_EQ(setIn(named(name), "k", name).status, Status::ok) << name;

  for (const auto& name : names) {
    EXPECT_EQ(valueIn(named(name), "k"), name);
    if (!hasCapability(LARDER_CAP_CLEAR)) continue;
    EXPECT_EQ(clear(named(name)).status, Status::ok) << name;
    EXPECT_EQ(valueIn(named(name), "k"), "<miss>") << name;
  }
  EXPECT_EQ(valueIn(named("a"), "k"), "bystander");
}

TEST_F(Namespaces, TheEmptyNameIsANamespaceLikeAnyOther) {
  ASSERT_EQ(setIn("", space_, "of the empty one").status, Status::ok);
  ASSERT_EQ(set("k", "of mine").status, Status::ok);
  ASSERT_EQ(valueIn("", space_), "of the empty one");
  if (!hasCapability(LARDER_CAP_CLEAR)) return;

  ASSERT_EQ(clear("").status, Status::ok);

  EXPECT_EQ(valueIn("", space_), "<miss>");
  EXPECT_EQ(valueOf("k"), "of mine");
}

TEST_F(Namespaces, AnEntrySetAfterAClearStays) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  ASSERT_EQ(set("k", "old").status, Status::ok);
  ASSERT_EQ(clear(space_).status, Status::ok);

  ASSERT_EQ(set("k", "new").status, Status::ok);

  EXPECT_EQ(valueOf("k"), "new");
}

TEST_F(Namespaces, ClearedEntriesAreGoneForEveryOperation) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  const auto version = set("k", "value").version;
  ASSERT_EQ(clear(space_).status, Status::ok);

  EXPECT_EQ(exists("k").status, Status::miss);
  EXPECT_EQ(erase("k").status, Status::miss);
  if (hasCapability(LARDER_CAP_TTL)) {
    EXPECT_EQ(ttl("k").status, Status::miss);
    EXPECT_EQ(touch("k", 10s).status, Status::miss);
  }
  if (hasCapability(LARDER_CAP_VERSIONS)) {
    EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifVersion, version).status, Status::notStored);
  }
  if (!hasCapability(LARDER_CAP_CONDITIONS)) return;
  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifPresent).status, Status::notStored);
  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifAbsent).status, Status::ok);
}

TEST_F(Namespaces, AnEntrySetAgainAfterAClearHasANewVersion) {
  LARDER_NEEDS(LARDER_CAP_CLEAR | LARDER_CAP_VERSIONS);
  const auto first = set("k", "value");
  ASSERT_EQ(clear(space_).status, Status::ok);

  EXPECT_NE(set("k", "value").version, first.version);
}

TEST_F(Namespaces, AnEmptyOneCanBeCleared) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  EXPECT_EQ(clear(named("never used")).status, Status::ok);
}

TEST_F(Namespaces, ClearingManyTimesWorksEachTime) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  for (int round = 0; round < scaled(200); ++round) {
    ASSERT_EQ(set("k", "value").status, Status::ok);
    ASSERT_EQ(clear(space_).status, Status::ok);
    ASSERT_EQ(valueOf("k"), "<miss>") << "round " << round;
  }
}

}  // namespace
}  // namespace larder::conformance
