// SPDX-License-Identifier: Apache-2.0
#include "backend/block_pool.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

using larder::Block;
using larder::freeBlock;
using larder::takeBlock;

TEST(BlockPools, GiveBlocksOfAtLeastTheSizeThatDoNotOverlap) {
  std::vector<Block> blocks;
  for (int round = 0; round < 3; ++round) {
    for (const std::size_t size : {1U, 1000U, 1024U, 1025U, 4096U, 4097U, 100'000U})
      for (int i = 0; i < 40; ++i) {
        blocks.push_back(takeBlock(size));
        ASSERT_GE(blocks.back().size, size);
        ASSERT_EQ(reinterpret_cast<std::uintptr_t>(blocks.back().data) % alignof(std::max_align_t), 0U);
        std::memset(blocks.back().data, static_cast<int>(blocks.size()), blocks.back().size);
      }
    std::size_t number = 0;
    for (const auto& block : blocks) {
      const auto expected = static_cast<unsigned char>(++number);
      const auto* bytes = static_cast<const unsigned char*>(block.data);
      ASSERT_EQ(bytes[0], expected);
      ASSERT_EQ(bytes[block.size - 1], expected);
      freeBlock(block);
    }
    blocks.clear();
  }
}

TEST(BlockPools, PassFreedBlocksToAThreadThatAllocates) {
  std::set<void*> freed;
  std::thread([&freed] {
    std::vector<Block> blocks;
    for (int i = 0; i < 64; ++i) blocks.push_back(takeBlock(1024));
    for (const auto& block : blocks) {
      freed.insert(block.data);
      freeBlock(block);
    }
  }).join();

  std::size_t again = 0;
  std::thread([&] {
    std::vector<Block> blocks;
    for (int i = 0; i < 16; ++i) blocks.push_back(takeBlock(1024));
    for (const auto& block : blocks) again += freed.count(block.data);
    for (const auto& block : blocks) freeBlock(block);
  }).join();

  EXPECT_EQ(again, 16U);
}
