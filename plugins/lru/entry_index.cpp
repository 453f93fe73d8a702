// SPDX-License-Identifier: Apache-2.0
#include "entry_index.hpp"

#include "namespace_table.hpp"

#include <new>
#include <utility>

namespace larder::lru {
namespace {

constexpr std::size_t kFirstBucketCount = 64;

}  // namespace

Entry* EntryIndex::find(std::string_view name_space, std::string_view key, std::uint64_t hash) const {
  if (bucketCount_ == 0) return nullptr;
  for (Entry* entry = bucketOf(hash); entry != nullptr; entry = entry->nextInBucket)
    if (entry->hash == hash && entry->key() == key && entry->space->name == name_space) return entry;
  return nullptr;
}

bool EntryIndex::insert(Entry& entry) {
  // Without memory to grow the chains get longer, which is slow and not wrong.
  if (size_ == bucketCount_ && !grow() && bucketCount_ == 0) return false;

  Entry*& first = bucketOf(entry.hash);
  entry.nextInBucket = std::exchange(first, &entry);
  ++size_;
  return true;
}

void EntryIndex::remove(Entry& entry) {
  Entry** link = &bucketOf(entry.hash);
  while (*link != &entry) link = &(*link)->nextInBucket;
  *link = entry.nextInBucket;
  --size_;
}

bool EntryIndex::grow() {
  const std::size_t old_count = bucketCount_;
  const std::size_t count = old_count == 0 ? kFirstBucketCount : 2 * old_count;
  Buckets bigger(new (std::nothrow) Entry*[count]());
  if (bigger == nullptr) return false;

  const Buckets old = std::exchange(buckets_, std::move(bigger));
  bucketCount_ = count;
  for (std::size_t i = 0; i < old_count; ++i) {
    for (Entry* entry = old[i]; entry != nullptr;) {
      Entry* const next = entry->nextInBucket;
      entry->nextInBucket = std::exchange(bucketOf(entry->hash), entry);
      entry = next;
    }
  }
  return true;
}

}  // namespace larder::lru
