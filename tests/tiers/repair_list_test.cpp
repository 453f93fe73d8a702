// SPDX-License-Identifier: Apache-2.0
#include "tiers/repair_list.hpp"

#include <gtest/gtest.h>

namespace larder {
namespace {

TEST(RepairList, AMarkStaysUntilItIsRemovedByItsOwnNumber) {
  RepairList list(10);
  ASSERT_TRUE(list.add("ns", "k"));
  const auto first = list.find("ns", "k");
  ASSERT_TRUE(first);
  ASSERT_TRUE(list.add("ns", "k"));  // the write failed again

  list.remove(*first);
  EXPECT_TRUE(list.find("ns", "k"));

  list.remove(*list.find("ns", "k"));
  EXPECT_TRUE(list.empty());
}

TEST(RepairList, TooManyKeysMarkTheWholeNamespace) {
  RepairList list(2);
  for (const auto* key : {"a", "b", "c"}) ASSERT_TRUE(list.add("ns", key));

  const auto mark = list.find("ns", "other");

  ASSERT_TRUE(mark);
  EXPECT_FALSE(mark->key);
  EXPECT_EQ(list.size(), 1u);
  EXPECT_FALSE(list.find("another", "a"));
}

TEST(RepairList, AClearCoversEarlierMarks) {
  RepairList list(10);
  list.add("ns", "before");
  const auto covered = list.last();
  list.add("ns", "meanwhile");

  list.removeNamespace("ns", covered);

  EXPECT_FALSE(list.find("ns", "before"));
  EXPECT_TRUE(list.find("ns", "meanwhile"));
}

TEST(RepairList, TooManyNamespacesAreRefused) {
  RepairList list(RepairList::kMaxNamespaces + 1);
  for (std::size_t i = 0; i < RepairList::kMaxNamespaces; ++i) ASSERT_TRUE(list.add(std::to_string(i), "k"));

  EXPECT_FALSE(list.add("one more", "k"));
  EXPECT_FALSE(list.addNamespace("one more"));
}

TEST(RepairList, SomeIsBoundedAndNamesKeysAndNamespaces) {
  RepairList list(10);
  list.addNamespace("whole");
  for (const auto* key : {"a", "b", "c"}) list.add("ns", key);

  EXPECT_EQ(list.some(2).size(), 2u);
  EXPECT_EQ(list.some(10).size(), 4u);
}

}  // namespace
}  // namespace larder
