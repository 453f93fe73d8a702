// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_ENTRY_INDEX_HPP
#define LARDER_LRU_ENTRY_INDEX_HPP

#include "entry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace larder::lru {

/// Finds entries by namespace and key: a hash table of chains that run through the entries themselves.
/// Owns no entry. Not thread-safe: the shard's lock guards it.
class EntryIndex {
 public:
  /// REQUIRES: `hash` is the one that the entry was given.
  Entry* find(std::string_view name_space, std::string_view key, std::uint64_t hash) const;

  /// False if there is no memory for the first table. REQUIRES: no entry with the same name.
  bool insert(Entry& entry);

  /// REQUIRES: the entry is in the index.
  void remove(Entry& entry);

  std::size_t size() const { return size_; }

  /// Calls `visit` with the entries of one bucket; false if there is no such bucket. The table only grows, by
  /// doubling, so counting `bucket` up meets every entry that is there all the time, some twice.
  template <class Visit>
  bool visitBucket(std::size_t bucket, Visit visit) const {
    if (bucket >= bucketCount_) return false;
    for (const Entry* entry = buckets_[bucket]; entry != nullptr; entry = entry->nextInBucket) visit(*entry);
    return true;
  }

 private:
  using Buckets = std::unique_ptr<Entry*[]>;

  Entry*& bucketOf(std::uint64_t hash) const { return buckets_[hash & (bucketCount_ - 1)]; }
  bool grow();

  Buckets buckets_;
  std::size_t bucketCount_ = 0;  // a power of two, or 0
  std::size_t size_ = 0;
};

}  // namespace larder::lru

#endif
