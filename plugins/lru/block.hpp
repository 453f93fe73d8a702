// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_BLOCK_HPP
#define LARDER_LRU_BLOCK_HPP

#include "namespace_table.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace larder::lru {

/// Names a block of an arena: size class, span and slot in 32 bits. 0 names none.
using BlockRef = std::uint32_t;

/// Where a block is. All but the queues mean that look-ups can't find it.
enum class Place : std::uint8_t {
  nowhere,  ///< free
  filling,  ///< taken, its bytes being written
  held,     ///< removed, but a reader still has its value
  small,    ///< in the queue of newcomers
  main,     ///< in the queue of entries that have proved useful
};

/// One stored value: this header, for entries with a time to live a second one, then key and value.
///
/// `references` counts one for the shard while the entry can be found and one for each reader that has the
/// value. It is the first word of every block, blocks of a class always begin at the same addresses, and
/// the word is 0 while the block is free, being filled or given back to the system. So a reader may follow
/// a reference that is no longer current: it reads a counter, never other bytes, and a counter at 0 refuses
/// it. It looks at anything else only after it has counted itself in.
///
/// What is stored never changes while the counter is above 0; `hits` and `expiresNs` are atomic; the links
/// and `place` belong to the shard's lock.
struct Block {
  static constexpr std::uint64_t kMaxValueSize = (std::uint64_t{1} << 30) - 1;
  static constexpr std::uint64_t kNeverExpires = UINT64_MAX;
  static constexpr std::uint8_t kMostHits = 3;

  /// Follows the header of an entry that expires.
  struct Timer {
    std::atomic<std::uint64_t> expiresNs;
    BlockRef next;
    BlockRef previous;  // or the slot, marked
  };

  std::atomic<std::uint32_t> references;
  std::uint32_t sizes;        // of the value, in 30 bits; kLongKey, kTimed
  std::uint64_t spaceAndKey;  // the namespace's address in 48 bits, above them 16 bits of the key's size
  BlockRef next;              // towards the end of the queue that is evicted from; links free blocks as well
  BlockRef previous;
  std::atomic<std::uint8_t> hits;
  Place place;
  std::uint16_t versionHigh;
  std::uint32_t versionLow;

  static constexpr std::uint32_t kLongKey = 1U << 30;  // adds 64 KiB to the key's size
  static constexpr std::uint32_t kTimed = 1U << 31;
  static constexpr std::uint32_t kValueBits = kLongKey - 1;

  /// Bytes of an entry that lies in one block.
  static constexpr std::uint64_t sizeOf(std::uint64_t keySize, std::uint64_t valueSize, bool timed);

  std::uint64_t valueSize() const { return sizes & kValueBits; }
  std::uint64_t keySize() const {
    return (spaceAndKey >> 48) + ((sizes & kLongKey) != 0 ? std::uint64_t{1} << 16 : 0);
  }
  bool timed() const { return (sizes & kTimed) != 0; }
  Namespace& space() const {
    return *reinterpret_cast<Namespace*>(spaceAndKey & ((std::uint64_t{1} << 48) - 1));
  }
  std::uint64_t version() const { return (std::uint64_t{versionHigh} << 32) | versionLow; }
  std::uint64_t expiresNs() const {
    return timed() ? timer().expiresNs.load(std::memory_order_relaxed) : kNeverExpires;
  }
  Timer& timer() { return *reinterpret_cast<Timer*>(this + 1); }
  const Timer& timer() const { return *reinterpret_cast<const Timer*>(this + 1); }

  /// Key and value lie in memory of their own if a block of the largest class could not hold them.
  bool external(std::uint64_t largestBlock) const {
    return sizeOf(keySize(), valueSize(), timed()) > largestBlock;
  }
  char* payload() { return reinterpret_cast<char*>(this + 1) + (timed() ? sizeof(Timer) : 0); }
  const char* bytes(std::uint64_t largestBlock) const {
    const char* const here = const_cast<Block*>(this)->payload();
    if (!external(largestBlock)) return here;
    const char* elsewhere = nullptr;
    std::memcpy(&elsewhere, here, sizeof elsewhere);
    return elsewhere;
  }

  /// Counts a reader in; false if the block holds no entry that can be read.
  bool tryAcquire() {
    std::uint32_t count = references.load(std::memory_order_relaxed);
    while (count != 0)
      if (references.compare_exchange_weak(count, count + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed))
        return true;
    return false;
  }

  /// Takes the shard's own count off if no reader has the entry: from then on nobody can get it.
  bool tryRetire() {
    std::uint32_t alone = 1;
    return references.compare_exchange_strong(alone, 0, std::memory_order_acquire, std::memory_order_relaxed);
  }

  /// Writes nothing once the counter is full: hot entries stay in every processor's cache.
  void countHit() {
    const std::uint8_t count = hits.load(std::memory_order_relaxed);
    if (count < kMostHits) hits.store(count + 1, std::memory_order_relaxed);
  }
};
static_assert(sizeof(Block) == 32 && sizeof(Block::Timer) == 16);

constexpr std::uint64_t Block::sizeOf(std::uint64_t keySize, std::uint64_t valueSize, bool timed) {
  return sizeof(Block) + (timed ? sizeof(Timer) : 0) + keySize + valueSize;
}

}  // namespace larder::lru

#endif
