// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_BLOCK_HPP
#define LARDER_LRU_BLOCK_HPP

#include "namespace_table.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace larder::lru {

/// Identifies a block of an arena by size class, span and slot in 32 bits. 0: no block.
using BlockRef = std::uint32_t;

/// Where a block is. Look-ups find it only while it is in a queue.
enum class Place : std::uint8_t {
  nowhere,  ///< free
  filling,  ///< allocated, its bytes still being written
  held,     ///< removed, but a reader still holds its value
  small,    ///< in the small queue, for new entries
  main,     ///< in the main queue, for entries that were hit again
};

/// One stored entry: this header, a Timer if the entry has a time to live, then key and value.
///
/// `references` counts one for the shard while the entry can be found and one for each reader that holds the
/// value. It is the first word of every block, blocks of a class always begin at the same addresses, and the
/// word is 0 while the block is free, being filled or returned to the system. A reader may therefore follow
/// an outdated reference: it always reads a counter, and a counter of 0 turns it away. It reads the rest of
/// the block only after it has acquired a reference.
///
/// The stored bytes never change while the counter is above 0; `hits` and `expiresNs` are atomic; the shard's
/// lock guards the links and `place`.
struct Block {
  static constexpr std::uint64_t kMaxValueSize = (std::uint64_t{1} << 30) - 1;
  static constexpr std::uint64_t kNeverExpires = UINT64_MAX;
  static constexpr std::uint8_t kMostHits = 3;

  /// Follows the header of an entry that expires.
  struct Timer {
    std::atomic<std::uint64_t> expiresNs;
    BlockRef next;
    BlockRef previous;  // or the wheel's slot, marked
  };

  std::atomic<std::uint32_t> references;
  std::uint32_t sizes;        // the value's size in 30 bits, kLongKey and kTimed
  std::uint64_t spaceAndKey;  // the namespace's address in 48 bits, then the low 16 bits of the key's size
  BlockRef next;              // towards the end that is evicted first; also links free blocks
  BlockRef previous;
  std::atomic<std::uint8_t> hits;
  Place place;
  std::uint16_t versionHigh;
  std::uint32_t versionLow;

  static constexpr std::uint32_t kLongKey = 1U << 30;  // adds 64 KiB to the key's size
  static constexpr std::uint32_t kTimed = 1U << 31;
  static constexpr std::uint32_t kValueBits = kLongKey - 1;

  /// Returns the bytes of an entry that is stored in one block.
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

  /// Returns true if key and value are stored outside the block because they exceed the largest class.
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

  /// Acquires a reference for a reader. Returns false if the block holds no readable entry.
  bool tryAcquire() {
    std::uint32_t count = references.load(std::memory_order_relaxed);
    while (count != 0)
      if (references.compare_exchange_weak(count, count + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed))
        return true;
    return false;
  }

  /// Drops the shard's own reference if no reader holds the entry, so that no reader can acquire it from then
  /// on. Returns false if a reader holds it.
  bool tryRetire() {
    std::uint32_t alone = 1;
    return references.compare_exchange_strong(alone, 0, std::memory_order_acquire, std::memory_order_relaxed);
  }

  /// Writes nothing once the counter is saturated, so that hot entries stay in every processor's cache.
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
