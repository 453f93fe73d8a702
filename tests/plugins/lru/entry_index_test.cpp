// SPDX-License-Identifier: Apache-2.0
//
// The index on its own: equal hashes of different keys, which no test can cause through the plugin because
// its seed is random, and readers concurrent with a table that grows and shrinks.
#include "entry_index.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace larder::lru {
namespace {

// References and hashes without blocks: the index reads neither. The arena exists to prefetch from.
class LruEntryIndex : public ::testing::Test {
 protected:
  void add(BlockRef ref, std::uint64_t hash) {
    hashes_[ref] = hash;
    ASSERT_TRUE(index_.insert(hash, ref));
    step();
  }
  void remove(BlockRef ref) {
    index_.remove(hashes_[ref], ref);
    hashes_.erase(ref);
    step();
  }
  void step() {
    index_.step(arena_, [this](BlockRef ref) { return hashes_.at(ref); });
  }
  bool finds(BlockRef ref, std::uint64_t hash) const {
    return index_.find(hash, [&](BlockRef found) { return found == ref; }) == EntryIndex::Found::yes;
  }

  Arena arena_{1 << 20, 4096};
  EntryIndex index_;
  std::map<BlockRef, std::uint64_t> hashes_;
};

BlockRef refOf(std::uint32_t i) { return (1U << 25) + i; }

// Spreads a number over all bits, as a hash does.
std::uint64_t mixed(std::uint64_t n) {
  n = (n + 1) * 0x9e3779b97f4a7c15;
  n = (n ^ (n >> 31)) * 0xbf58476d1ce4e5b9;
  return n ^ (n >> 30);
}

TEST_F(LruEntryIndex, TellsEntriesOfTheSameHashApart) {
  for (std::uint32_t i = 0; i < 35; ++i) add(refOf(i), 42);

  for (std::uint32_t i = 0; i < 35; ++i) EXPECT_TRUE(finds(refOf(i), 42)) << i;
  EXPECT_FALSE(finds(refOf(35), 42));
}

TEST_F(LruEntryIndex, RemovesFromAnyPositionInAnOverflow) {
  for (std::uint32_t i = 0; i < 35; ++i) add(refOf(i), 42);

  for (std::uint32_t i = 0; i < 35; i += 2) remove(refOf(i));

  for (std::uint32_t i = 0; i < 35; ++i) EXPECT_EQ(finds(refOf(i), 42), i % 2 == 1) << i;
  EXPECT_EQ(index_.size(), 17u);
}

TEST_F(LruEntryIndex, FindsEverythingWhileItGrowsAndShrinks) {
  constexpr std::uint32_t count = 3000;
  for (std::uint32_t i = 0; i < count; ++i) {
    add(refOf(i), mixed(i));
    const std::uint32_t other = i / 2;
    ASSERT_TRUE(finds(refOf(other), mixed(other))) << i;
  }
  for (std::uint32_t i = 0; i < count; ++i) ASSERT_TRUE(finds(refOf(i), mixed(i))) << i;
  const auto grown = index_.bytes();

  for (std::uint32_t i = 0; i < count - 10; ++i) {
    remove(refOf(i));
    ASSERT_TRUE(finds(refOf(count - 1), mixed(count - 1))) << i;
  }
  for (std::uint32_t i = count - 10; i < count; ++i) EXPECT_TRUE(finds(refOf(i), mixed(i))) << i;
  EXPECT_LT(index_.bytes(), grown / 10);
  for (std::uint32_t i = count - 10; i < count; ++i) remove(refOf(i));
  EXPECT_EQ(index_.bytes(), 0u);
}

TEST_F(LruEntryIndex, ALargeTableTakesLessThanSixteenBytesPerEntry) {
  std::vector<std::uint64_t> hashes(100'000);
  for (std::uint32_t i = 0; i < hashes.size(); ++i) {
    hashes[i] = mixed(i);
    ASSERT_TRUE(index_.insert(hashes[i], refOf(i)));
    index_.step(arena_, [&](BlockRef ref) { return hashes[ref - refOf(0)]; });
  }
  // A move in progress completes even if no further entries are added.
  for (std::size_t i = 0; i < hashes.size(); ++i)
    index_.step(arena_, [&](BlockRef ref) { return hashes[ref - refOf(0)]; });

  EXPECT_LT(index_.bytes(), 16u * hashes.size());
}

TEST_F(LruEntryIndex, AnIncrementalVisitSeesEachEntryOnceWhileTheTableGrows) {
  constexpr std::uint32_t count = 500;
  for (std::uint32_t i = 0; i < count; ++i) add(refOf(i), mixed(i));

  std::map<BlockRef, int> met;
  std::uint32_t added = count;
  for (std::uint64_t position = 0; position < EntryIndex::kEnd;) {
    position = index_.visitFrom(
        position, [this](BlockRef ref) { return hashes_.at(ref); },
        [&](BlockRef ref, std::uint64_t) { ++met[ref]; });
    for (int i = 0; i < 30; ++i, ++added) add(refOf(added), mixed(added));
  }

  for (std::uint32_t i = 0; i < count; ++i) EXPECT_EQ(met[refOf(i)], 1) << i;
}

TEST_F(LruEntryIndex, AReaderNeverMissesARemainingEntryWhileAWriterAddsAndRemoves) {
  constexpr std::uint32_t staying = 200;
  constexpr std::uint32_t coming = 3000;
  for (std::uint32_t i = 0; i < staying; ++i) add(refOf(i), mixed(i));
  std::atomic<bool> done{false};
  std::atomic<int> missed{0};
  std::vector<std::jthread> readers;
  for (int thread = 0; thread < 2; ++thread)
    readers.emplace_back([&] {
      for (std::uint32_t i = 0; !done.load(); i = (i + 1) % staying) {
        const auto found = index_.find(mixed(i), [&](BlockRef ref) { return ref == refOf(i); });
        if (found == EntryIndex::Found::no) ++missed;
      }
    });

  for (int round = 0; round < 5; ++round) {
    for (std::uint32_t i = staying; i < staying + coming; ++i) add(refOf(i), mixed(i));
    for (std::uint32_t i = staying; i < staying + coming; ++i) remove(refOf(i));
  }
  done = true;
  readers.clear();

  EXPECT_EQ(missed.load(), 0);
}

}  // namespace
}  // namespace larder::lru
