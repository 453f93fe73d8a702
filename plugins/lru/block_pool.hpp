// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_BLOCK_POOL_HPP
#define LARDER_LRU_BLOCK_POOL_HPP

#include "arena.hpp"

#include <array>
#include <cstdint>

namespace larder::lru {

/// The blocks of one shard: takes spans from the arena, hands blocks out of them and gives a span back as
/// soon as it is empty. Not thread-safe: the shard's lock guards it.
class BlockPool {
 public:
  explicit BlockPool(Arena& arena) : arena_(arena) {}
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// A block that the pool has room for; 0 if only another span could make some.
  BlockRef take(std::uint32_t number);

  /// Adds a span to a class; false if the arena has none. With it bytes() grows by one span.
  bool addSpan(std::uint32_t number);

  /// REQUIRES: the block's references are 0.
  void give(BlockRef ref);
  /// The same for a block whose span is being emptied: take() must not hand it out again.
  void giveToSpan(BlockRef ref);

  /// A span with few blocks whose class has room for them elsewhere; see evacuation in Shard. It is out of
  /// the list of spans with room until restore(), or until its last block is given.
  struct Sparse {
    std::uint32_t number = 0;  ///< 0: there is none
    std::uint32_t span = 0;
  };
  Sparse takeSparse();
  void restore(Sparse sparse);
  /// One past the last slot of a span that may be in use.
  std::uint32_t slotsUsed(Sparse sparse) const { return arena_.span(sparse.number, sparse.span).fresh; }

  /// What the spans in use take.
  std::uint64_t bytes() const { return spans_ * arena_.spanSize(); }

 private:
  struct Class {
    std::uint32_t first = Arena::kNoSpan;  // of the spans with room
    std::uint64_t free = 0;                // blocks
    BlockRef recent = 0;                   // given last, and still counted as used in its span
  };

  void list(std::uint32_t number, std::uint32_t index);
  void unlist(std::uint32_t number, std::uint32_t index);
  void release(std::uint32_t number, std::uint32_t index);

  Arena& arena_;
  std::uint64_t spans_ = 0;
  std::array<Class, SizeClasses::kCount> classes_;
  Sparse spare_;  // one empty span is kept, so that a lone entry that comes and goes costs no system call
};

}  // namespace larder::lru

#endif
