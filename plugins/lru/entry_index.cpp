// SPDX-License-Identifier: Apache-2.0
#include "entry_index.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>

namespace larder::lru {
namespace {

// Above seven entries per bucket, overflow becomes frequent; a table that has just grown by half has about
// five.
constexpr std::uint64_t kMostPerBucket = 8;
constexpr std::uint64_t kLeastPerBucket = 2;

// Returns the number of buckets of a level's table.
std::uint64_t bucketsAt(std::size_t level) {
  std::uint64_t count = 8;
  for (std::size_t i = 0; i < level; ++i) count += (count + 1) / 2;
  return count;
}

constexpr std::uint64_t roundToPage(std::uint64_t size) { return (size + 4095) & ~std::uint64_t{4095}; }

}  // namespace

EntryIndex::Table::Table(std::uint64_t bucketCount) : count(bucketCount) {
  const std::uint64_t size = bucketCount * sizeof(Bucket);
  memory = Mapping(roundToPage(size) + (size >= Mapping::kHugePage ? Mapping::kHugePage : 0), false);
  auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  if (size >= Mapping::kHugePage) {
    address = (address + Mapping::kHugePage - 1) & ~std::uintptr_t{Mapping::kHugePage - 1};
    // Entries are spread evenly, so every page is in use from the start.
    ::madvise(reinterpret_cast<void*>(address), size & ~(Mapping::kHugePage - 1), MADV_HUGEPAGE);
  }
  buckets = reinterpret_cast<Bucket*>(address);
}

bool EntryIndex::Table::insert(std::uint64_t hash, BlockRef ref) {
  const std::uint64_t home = homeOf(hash);
  std::uint64_t place = home;
  for (std::uint64_t probes = 0; probes < count; ++probes, place = next(place)) {
    const unsigned room = buckets[place].match(0);
    if (room == 0) continue;
    // Counted before the entry is stored: a reader must not stop probing before it reaches the entry.
    for (std::uint64_t bucket = home; bucket != place; bucket = next(bucket)) buckets[bucket].pass(+1);
    buckets[place].put(static_cast<unsigned>(std::countr_zero(room)), tagOf(hash), ref);
    return true;
  }
  return false;
}

// Replaces the reference with `by`, or removes it if `by` is 0. Returns false if it is not in the table.
bool EntryIndex::Table::take(std::uint64_t hash, BlockRef ref, BlockRef by) {
  const std::uint64_t home = homeOf(hash);
  std::uint64_t place = home;
  for (std::uint64_t probes = 0; probes < count; ++probes, place = next(place)) {
    Bucket& bucket = buckets[place];
    for (unsigned slots = bucket.match(tagOf(hash)); slots != 0; slots &= slots - 1) {
      const auto slot = static_cast<unsigned>(std::countr_zero(slots));
      if (bucket.refs[slot].load(std::memory_order_relaxed) != ref) continue;
      bucket.put(slot, by != 0 ? tagOf(hash) : 0, by);
      if (by == 0)
        for (std::uint64_t passed = home; passed != place; passed = next(passed)) buckets[passed].pass(-1);
      return true;
    }
    if (bucket.passed() == 0) return false;
  }
  return false;
}

EntryIndex::EntryIndex() {
  tables_[0] = std::make_unique<Table>(kFirstBuckets);
  table_.store(tables_[0].get(), std::memory_order_release);
  setLevel(0);
}

bool EntryIndex::insert(std::uint64_t hash, BlockRef ref) {
  if (!tableOf(hash).insert(hash, ref)) return false;
  ++size_;
  return true;
}

void EntryIndex::remove(std::uint64_t hash, BlockRef ref) {
  tableOf(hash).take(hash, ref, 0);
  --size_;
}

void EntryIndex::replace(std::uint64_t hash, BlockRef ref, BlockRef by) { tableOf(hash).take(hash, ref, by); }

// Two levels down, a table has less than half as many buckets.
std::size_t EntryIndex::shrunkLevel() const { return level_ - std::min<std::size_t>(level_, 2); }

void EntryIndex::setLevel(std::size_t level) {
  level_ = level;
  growAt_ = level + 1 < kLevels ? bucketsAt(level) * kMostPerBucket : SIZE_MAX;
  shrinkAt_ = bucketsAt(level) * kLeastPerBucket;
}

std::uint64_t EntryIndex::growth() const {
  if (old_.load(std::memory_order_relaxed) != nullptr || wantedLevel() == level_) return 0;
  return bucketsAt(wantedLevel()) * sizeof(Bucket);
}

bool EntryIndex::begin(std::size_t level) {
  if (tables_[level] == nullptr) {
    try {
      tables_[level] = std::make_unique<Table>(bucketsAt(level));
    } catch (const std::bad_alloc&) {
      return false;
    }
  }
  stage_.fetch_add(1, std::memory_order_acq_rel);
  moved_.store(0, std::memory_order_release);
  old_.store(table_.load(std::memory_order_relaxed), std::memory_order_release);
  table_.store(tables_[level].get(), std::memory_order_release);
  stage_.fetch_add(1, std::memory_order_acq_rel);
  setLevel(level);
  return true;
}

// Returns an empty index to the first table in one step.
void EntryIndex::reset() {
  Table* const old = old_.load(std::memory_order_relaxed);
  Table* const table = table_.load(std::memory_order_relaxed);
  stage_.fetch_add(1, std::memory_order_acq_rel);
  old_.store(nullptr, std::memory_order_release);
  table_.store(tables_[0].get(), std::memory_order_release);
  stage_.fetch_add(1, std::memory_order_acq_rel);
  setLevel(0);
  if (old != nullptr) old->memory.discard(0, old->memory.size());
  table->memory.discard(0, table->memory.size());
}

void EntryIndex::sendReadersPast(std::uint64_t home) {
  stage_.fetch_add(1, std::memory_order_acq_rel);
  moved_.store(home + 1, std::memory_order_release);
  stage_.fetch_add(1, std::memory_order_acq_rel);
}

void EntryIndex::endMove() {
  Table& old = *old_.load(std::memory_order_relaxed);
  stage_.fetch_add(1, std::memory_order_acq_rel);
  old_.store(nullptr, std::memory_order_release);
  stage_.fetch_add(1, std::memory_order_acq_rel);
  old.memory.discard(0, old.memory.size());
}

std::uint64_t EntryIndex::bytes() const {
  std::uint64_t buckets = table_.load(std::memory_order_relaxed)->count;
  if (const Table* old = old_.load(std::memory_order_relaxed)) buckets += old->count;
  return (buckets - std::min(buckets, kFirstBuckets)) * sizeof(Bucket);
}

}  // namespace larder::lru
