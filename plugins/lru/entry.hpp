// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_ENTRY_HPP
#define LARDER_LRU_ENTRY_HPP

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

namespace larder::lru {

struct Entry;
struct Namespace;

/// Owns one reference to an entry.
struct ReleaseEntry {
  void operator()(Entry* entry) const;
};
using EntryReference = std::unique_ptr<Entry, ReleaseEntry>;

/// Bytes in use by one shard. A block may be given back on any thread, without the shard's lock: hence
/// atomic.
using ByteAccount = std::atomic<std::uint64_t>;

/// One stored value: this header, then the key, then the value, in a single block of memory.
///
/// The block is counted by reference: one for the shard while the entry is in it, one for each reader
/// that holds the value. So a hit copies nothing, and a value that was evicted or replaced stays readable
/// until its last reader lets go; its bytes stay in the shard's account just as long.
///
/// Key and value never change. The other members belong to the shard and are guarded by its lock, but for
/// `references` and, once charged, `account`.
struct Entry {
  Entry* nextInBucket = nullptr;
  Entry* newer = nullptr;
  Entry* older = nullptr;
  Namespace* space = nullptr;
  ByteAccount* account = nullptr;  ///< where cost() is charged; nullptr while the entry is in no shard
  std::uint64_t hash = 0;
  std::uint64_t version = 0;
  std::uint64_t expiresNs = 0;  ///< or kNeverExpires
  std::uint64_t valueSize = 0;
  std::uint32_t keySize = 0;
  std::atomic<std::uint32_t> references{1};

  static constexpr std::uint64_t kNeverExpires = UINT64_MAX;

  /// nullptr if there is no memory.
  static EntryReference create(std::string_view key, std::string_view value);

  /// What an entry of these sizes takes: block, allocator's share, and its slots in the index.
  static std::uint64_t costOf(std::uint64_t keySize, std::uint64_t valueSize);

  std::string_view key() const { return {bytes(), keySize}; }
  std::string_view value() const { return {bytes() + keySize, valueSize}; }
  std::uint64_t cost() const { return costOf(keySize, valueSize); }

  void addReference() { references.fetch_add(1, std::memory_order_relaxed); }

  /// Gives one reference back; the last one takes the cost off the account and frees the block.
  void release();

 private:
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
};

inline void ReleaseEntry::operator()(Entry* entry) const { entry->release(); }

}  // namespace larder::lru

#endif
