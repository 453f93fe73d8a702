// SPDX-License-Identifier: Apache-2.0
//
// The blocks of one shard on their own: free blocks kept for reuse must not keep memory from being returned.
#include "block_pool.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace larder::lru {
namespace {

constexpr std::uint32_t kClass = 1;

class LruBlockPool : public ::testing::Test {
 protected:
  // Returns as many blocks as `spans` spans hold.
  std::vector<BlockRef> fill(std::uint32_t spans) {
    std::vector<BlockRef> taken;
    for (std::uint32_t i = 0; i < spans; ++i) {
      EXPECT_TRUE(pool_.addSpan(kClass));
      while (const BlockRef ref = pool_.take(kClass)) {
        arena_.at(ref).place = Place::main;
        taken.push_back(ref);
      }
    }
    return taken;
  }

  Arena arena_{1 << 20, 4096};
  BlockPool pool_{arena_};
};

TEST_F(LruBlockPool, TheBlockFreedLastIsTakenNext) {
  const auto blocks = fill(2);

  pool_.give(blocks.front());
  pool_.give(blocks.back());

  EXPECT_EQ(pool_.take(kClass), blocks.back());
  EXPECT_EQ(pool_.take(kClass), blocks.front());
  EXPECT_EQ(pool_.take(kClass), 0u);
}

TEST_F(LruBlockPool, NoSpanStaysOnceAllBlocksAreFreed) {
  const auto blocks = fill(3);

  for (const BlockRef ref : blocks) pool_.give(ref);

  EXPECT_EQ(pool_.bytes(), 0u);
}

TEST_F(LruBlockPool, NoSpanStaysWhateverTheOrderOfFreeing) {
  const auto blocks = fill(2);
  const auto half = blocks.size() / 2;

  for (std::size_t i = 0; i < half; ++i) {
    pool_.give(blocks[i]);
    pool_.give(blocks[half + i]);
  }

  EXPECT_EQ(pool_.bytes(), 0u);
}

TEST_F(LruBlockPool, ASpanBeingEmptiedHandsOutNoBlocks) {
  const auto blocks = fill(3);
  for (std::size_t i = 0; i < blocks.size(); i += 2) pool_.give(blocks[i]);

  const BlockPool::Sparse sparse = pool_.takeSparse();
  ASSERT_EQ(sparse.number, kClass);
  for (const BlockRef ref : blocks)
    if (arena_.spanOf(ref) == sparse.span && arena_.at(ref).place != Place::nowhere) pool_.giveToSpan(ref);

  while (const BlockRef ref = pool_.take(kClass)) EXPECT_NE(arena_.spanOf(ref), sparse.span);
  EXPECT_EQ(pool_.bytes(), 2u * arena_.spanSize());
}

}  // namespace
}  // namespace larder::lru
