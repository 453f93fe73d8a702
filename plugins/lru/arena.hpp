// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_ARENA_HPP
#define LARDER_LRU_ARENA_HPP

#include "block.hpp"
#include "size_classes.hpp"
#include "spin_lock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace larder::lru {

/// A range of addresses, reserved and returned as a whole. A page takes memory only once it is written.
class Mapping {
 public:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20;

  Mapping() = default;
  /// Maps `size` bytes. If `reserved`, they are inaccessible until commit(). Throws std::bad_alloc.
  Mapping(std::size_t size, bool reserved);
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;

  char* data() const { return data_; }
  std::size_t size() const { return size_; }

  /// Makes the bytes accessible. Returns false if the system refuses.
  bool commit(std::size_t offset, std::size_t size);
  /// Tells the system how the pages will be used; `advice` is one of the MADV_ constants.
  void advise(std::size_t offset, std::size_t size, int advice);
  /// Returns the pages to the system; afterwards they read as zeros.
  void discard(std::size_t offset, std::size_t size);

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The memory that blocks come from. Each size class has its own range of addresses, cut into spans that
/// shards acquire and release whole. Thread-safe.
///
/// A class keeps its addresses for the lifetime of the arena; releasing pages does not release addresses.
/// This lets readers follow outdated references; see Block.
class Arena {
 public:
  using Ref = BlockRef;

  /// The owner's record of one span of a class.
  struct Span {
    std::uint16_t used = 0;    ///< blocks in use
    std::uint16_t fresh = 0;   ///< index of the first slot that was never taken
    std::uint16_t freed = 0;   ///< slot + 1 of the head of the list of freed blocks; 0: empty
    std::uint16_t listed = 0;  ///< 1 while the span is in its owner's list of spans with room
    std::uint32_t next = kNoSpan;
    std::uint32_t previous = kNoSpan;
  };
  static constexpr std::uint32_t kNoSpan = UINT32_MAX;

  /// Reserves addresses for about `bytes` of blocks, in spans of `spanSize` bytes, a power of two. Every
  /// class gets addresses for all of `bytes`, or for less where the process's address space is limited.
  /// Throws std::bad_alloc.
  Arena(std::uint64_t bytes, std::uint32_t spanSize);

  std::uint32_t spanSize() const { return std::uint32_t{1} << spanBits_; }
  std::uint32_t largestBlock() const { return largestBlock_; }
  std::uint32_t blocksPerSpan(std::uint32_t number) const { return classes_[number].perSpan; }

  /// Returns kNoSpan if the class has no span left.
  std::uint32_t acquireSpan(std::uint32_t number);
  /// REQUIRES: no block of the span is in use.
  void releaseSpan(std::uint32_t number, std::uint32_t span);
  Span& span(std::uint32_t number, std::uint32_t index) { return classes_[number].spans[index]; }

  static std::uint32_t classOf(BlockRef ref) { return ref >> kNumberBits; }
  std::uint32_t spanOf(BlockRef ref) const { return (ref & kNumberMask) >> classes_[classOf(ref)].slotBits; }
  std::uint32_t slotOf(BlockRef ref) const {
    return ref & ((std::uint32_t{1} << classes_[classOf(ref)].slotBits) - 1);
  }
  BlockRef refOf(std::uint32_t number, std::uint32_t span, std::uint32_t slot) const {
    return (number << kNumberBits) | (span << classes_[number].slotBits) | slot;
  }
  BlockRef refOf(const Block& block) const;

  Block& at(BlockRef ref) const {
    const Class& c = classes_[classOf(ref)];
    const std::uint32_t within = ref & kNumberMask;
    const std::uint64_t span = within >> c.slotBits;
    const std::uint64_t slot = within & ((std::uint32_t{1} << c.slotBits) - 1);
    return *reinterpret_cast<Block*>(c.base + (span << spanBits_) + slot * c.blockSize);
  }

  /// Collapses up to `limit` full 2 MiB stretches of small pages into huge pages, so that look-ups miss the
  /// TLB less often. Large classes get huge pages when they grow. Does nothing where the system has no huge
  /// pages.
  void collapse(int limit);

 private:
  static constexpr std::uint32_t kNumberBits = 25;
  static constexpr std::uint32_t kNumberMask = (1U << kNumberBits) - 1;

  struct Class {
    char* base = nullptr;
    std::uint32_t blockSize = 0;
    std::uint32_t slotBits = 0;
    Span* spans = nullptr;
    std::uint32_t perSpan = 0;
    std::uint32_t spanLimit = 0;
    // Guarded by the lock:
    std::uint32_t spanCount = 0;  // index of the first span that was never used
    std::uint64_t committed = 0;  // accessible bytes
    std::uint64_t collapsed = 0;  // bytes that collapse() has processed
    std::vector<std::uint32_t> spare;
  };

  bool reserve();

  std::uint32_t spanBits_;
  std::uint32_t largestBlock_;
  std::uint64_t classBytes_;
  std::array<Class, SizeClasses::kCount> classes_;
  Mapping memory_;
  Mapping spans_;
  SpinLock lock_;
};

}  // namespace larder::lru

#endif
