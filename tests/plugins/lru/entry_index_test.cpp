// SPDX-License-Identifier: Apache-2.0
//
// Equal hashes of different keys, which no test can bring about through the plugin: its seed is random.
#include "entry_index.hpp"

#include "namespace_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace larder::lru {
namespace {

constexpr std::uint64_t kHash = 42;

// Entries of a few namespaces in one index, which all have the hash that the test gives them.
class LruEntryIndex : public ::testing::Test {
 protected:
  ~LruEntryIndex() override {
    for (const auto& entry : entries_) spaces_.release(*entry->space);
  }

  Entry& add(std::string_view name_space, std::string_view key, std::uint64_t hash) {
    entries_.push_back(Entry::create(key, "value"));
    Entry& entry = *entries_.back();
    entry.space = &spaces_.acquire(name_space);
    entry.hash = hash;
    EXPECT_TRUE(index_.insert(entry));
    return entry;
  }

  ByteAccount account_{0};
  NamespaceTable spaces_{account_};
  EntryIndex index_;
  std::vector<EntryReference> entries_;
};

TEST_F(LruEntryIndex, TellsKeysOfTheSameHashApart) {
  Entry& one = add("ns", "one", kHash);
  Entry& two = add("ns", "two", kHash);

  EXPECT_EQ(index_.find("ns", "one", kHash), &one);
  EXPECT_EQ(index_.find("ns", "two", kHash), &two);
  EXPECT_EQ(index_.find("ns", "three", kHash), nullptr);
}

TEST_F(LruEntryIndex, TellsNamespacesOfTheSameHashApart) {
  Entry& in_a = add("a", "k", kHash);
  Entry& in_b = add("b", "k", kHash);

  EXPECT_EQ(index_.find("a", "k", kHash), &in_a);
  EXPECT_EQ(index_.find("b", "k", kHash), &in_b);
  EXPECT_EQ(index_.find("c", "k", kHash), nullptr);
}

TEST_F(LruEntryIndex, RemovesFromAnyPlaceOfAChain) {
  Entry& one = add("ns", "one", kHash);
  Entry& two = add("ns", "two", kHash);
  Entry& three = add("ns", "three", kHash);

  index_.remove(two);
  EXPECT_EQ(index_.find("ns", "two", kHash), nullptr);
  EXPECT_EQ(index_.find("ns", "one", kHash), &one);
  index_.remove(three);
  index_.remove(one);

  EXPECT_EQ(index_.find("ns", "one", kHash), nullptr);
  EXPECT_EQ(index_.size(), 0u);
}

TEST_F(LruEntryIndex, FindsEverythingAfterItHasGrown) {
  constexpr std::uint64_t count = 1000;
  for (std::uint64_t i = 0; i < count; ++i) add("ns", std::to_string(i), i * i);

  for (std::uint64_t i = 0; i < count; ++i)
    EXPECT_EQ(index_.find("ns", std::to_string(i), i * i), entries_[i].get()) << i;
}

TEST_F(LruEntryIndex, ANamespaceGoesWithItsLastEntry) {
  add("a", "1", 1);
  add("a", "2", 2);
  const auto with_two = account_.load();

  spaces_.release(*entries_.back()->space);
  entries_.pop_back();
  EXPECT_EQ(account_.load(), with_two);
  spaces_.release(*entries_.back()->space);
  entries_.pop_back();

  EXPECT_EQ(account_.load(), 0u);
}

}  // namespace
}  // namespace larder::lru
