// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_BLOCK_POOL_HPP
#define LARDER_LRU_BLOCK_POOL_HPP

#include "arena.hpp"

#include <array>
#include <cstdint>

namespace larder::lru {

/// The blocks of one shard. Acquires spans from the arena, allocates blocks from them and releases a span
/// once it is empty. Not thread-safe: the shard's lock guards it.
class BlockPool {
 public:
  explicit BlockPool(Arena& arena) : arena_(arena) {}
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// Returns a block of the class, or 0 if the class needs another span first.
  BlockRef take(std::uint32_t number);

  /// Adds a span to a class, which grows bytes() by one span. Returns false if the arena has none left.
  bool addSpan(std::uint32_t number);

  /// Frees a block. REQUIRES: its reference count is 0.
  void give(BlockRef ref);
  /// Like give(), for a block whose span is being emptied: take() must not return the block again.
  void giveToSpan(BlockRef ref);

  /// A span with few blocks, all of which fit into other spans of its class; see Shard::evacuate(). It stays
  /// out of the list of spans with room until restore(), or until its last block is freed.
  struct Sparse {
    std::uint32_t number = 0;  ///< 0: no such span
    std::uint32_t span = 0;
  };
  Sparse takeSparse();
  void restore(Sparse sparse);
  /// Returns one past the last slot of the span that may be in use.
  std::uint32_t slotsUsed(Sparse sparse) const { return arena_.span(sparse.number, sparse.span).fresh; }

  /// Returns the bytes of all spans in use.
  std::uint64_t bytes() const { return spans_ * arena_.spanSize(); }

 private:
  struct Class {
    std::uint32_t first = Arena::kNoSpan;  // head of the list of spans with room
    std::uint64_t free = 0;                // number of free blocks
    BlockRef recent = 0;                   // freed last, and still counted as used in its span
  };

  void list(std::uint32_t number, std::uint32_t index);
  void unlist(std::uint32_t number, std::uint32_t index);
  void release(std::uint32_t number, std::uint32_t index);

  Arena& arena_;
  std::uint64_t spans_ = 0;
  std::array<Class, SizeClasses::kCount> classes_;
  // One empty span is kept, so that repeatedly adding and removing a lone entry costs no system call.
  Sparse spare_;
};

}  // namespace larder::lru

#endif
