// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_LRU_SHARD_HPP
#define LARDER_LRU_LRU_SHARD_HPP

#include "entry.hpp"
#include "entry_index.hpp"
#include "namespace_table.hpp"
#include "recency_list.hpp"

#include <larder/abi.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace larder::lru {

/// Upper bounds, exact at every moment; kUnbounded for none.
struct Limits {
  static constexpr std::uint64_t kUnbounded = UINT64_MAX;
  std::uint64_t bytes = kUnbounded;
  std::uint64_t entries = kUnbounded;
};

/// A checked operation on one key, the hash of its namespace and key, and what time it is.
struct Access {
  larder_op& op;
  std::uint64_t hash;
  std::uint64_t nowNs;
};

/// The part of the cache that holds the keys of some hashes; drops the least recently used entry when it
/// is full. Thread-safe. Every value that it lent must be released before it goes.
///
/// Each function answers as abi.h says of its opcode and writes the operation's (out) members.
class alignas(64) LruShard {
 public:
  LruShard(Limits limits, std::uint64_t maxValueSize);
  ~LruShard();
  LruShard(const LruShard&) = delete;
  LruShard& operator=(const LruShard&) = delete;

  larder_status get(const Access& access);
  /// TOO_LARGE and NO_MEMORY leave no older value behind: it would be served as if it were current. NO_MEMORY
  /// too if readers hold so many dropped values that evicting all others makes no room. May throw
  /// std::bad_alloc; then nothing has changed but that the older value may be gone.
  larder_status set(const Access& access);
  larder_status erase(const Access& access);
  larder_status touch(const Access& access);
  larder_status exists(const Access& access);
  larder_status ttl(const Access& access);
  larder_status introspect(const Access& access);
  larder_status increment(const Access& access);
  larder_status compareSet(const Access& access);
  /// The lock's entry is under the operation's key.
  larder_status lock(const Access& access);
  larder_status unlock(const Access& access);
  void clearNamespace(std::string_view name);

  /// Adds keys that the operation's prefix begins to `keys`, from the bucket on, until there are op.number of
  /// them or enough was looked at. The bucket to go on from; kNoBucket at the end.
  static constexpr std::uint64_t kNoBucket = UINT64_MAX;
  std::uint64_t scan(const larder_op& op, std::uint64_t nowNs, std::uint64_t bucket,
                     std::vector<std::string>& keys) const;

  /// Adds this shard's figures to `stats`.
  void addTo(larder_stats& stats) const;

 private:
  bool fits(const larder_op& op, std::uint64_t valueSize) const;
  Entry* findLive(const Access& access);
  EntryReference create(const larder_op& op, std::string_view value) const;
  larder_status replace(const Access& access, Entry* old, EntryReference fresh, std::uint64_t valueSize,
                        std::uint64_t expiresNs);
  larder_status link(const Access& access, EntryReference fresh);
  bool makeRoom(std::uint64_t cost, std::uint64_t nowNs);
  Entry* victim(std::uint64_t nowNs) const;
  void dropDead(Entry& entry, std::uint64_t nowNs);
  void drop(Entry& entry);

  const Limits limits_;
  const std::uint64_t maxValueSize_;

  mutable std::mutex mutex_;  // guards all below, but for bytes_, which readers lower when they let go
  ByteAccount bytes_{0};
  NamespaceTable spaces_{bytes_};
  EntryIndex index_;
  RecencyList recency_;
  std::uint64_t lastVersion_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t deletes_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint64_t expirations_ = 0;
};

}  // namespace larder::lru

#endif
