// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_ENTRY_INDEX_HPP
#define LARDER_LRU_ENTRY_INDEX_HPP

#include "arena.hpp"
#include "block.hpp"
#include "bucket.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace larder::lru {

/// Finds entries by hash, in buckets of one cache line whose tags are compared all at once.
///
/// find() takes no lock and may run concurrently with one writer, which holds the shard's lock. The table
/// grows and shrinks incrementally: writers move a few buckets at a time, in hash order, into the next table.
/// A reader that finds nothing during a move retries.
class EntryIndex {
 public:
  EntryIndex();
  EntryIndex(const EntryIndex&) = delete;
  EntryIndex& operator=(const EntryIndex&) = delete;

  /// Calls visit(BlockRef) for each candidate under the hash until it returns true. A reference may be
  /// outdated. Returns `unsure` if writers kept changing the buckets, so that the entry may have been missed;
  /// this never happens with the shard's lock held. [any-thread]
  enum class Found { yes, no, unsure };
  template <class Visit>
  Found find(std::uint64_t hash, Visit visit) const;

  /// Prefetches the bucket that find() will read first. [any-thread]
  void prefetch(std::uint64_t hash) const;
  /// Returns the first reference that find() would visit, or 0. For prefetching. [any-thread]
  BlockRef guess(std::uint64_t hash) const;

  // The functions below require the shard's lock.

  /// Returns false if the table is full, which happens only if the system had no memory to grow it. REQUIRES:
  /// the entry is not in the index.
  bool insert(std::uint64_t hash, BlockRef ref);
  /// REQUIRES: the reference is in the index under the hash.
  void remove(std::uint64_t hash, BlockRef ref);
  void replace(std::uint64_t hash, BlockRef ref, BlockRef by);

  /// Returns the bytes that the next step() would add; 0 if it would not begin a new table.
  std::uint64_t growth() const;
  /// Moves a few buckets if a move is in progress; begins one if the table is too full or too empty. `hashOf`
  /// returns an entry's hash.
  template <class HashOf>
  void step(const Arena& arena, HashOf hashOf);

  std::size_t size() const { return size_; }
  /// Returns the bytes of the tables beyond the size of the first one.
  std::uint64_t bytes() const;

  /// Calls visit(BlockRef, hash) for about one bucket of entries, in hash order, starting at the position.
  /// Returns the position to continue from; kEnd at the end. An entry that is present throughout is visited
  /// in exactly one of the calls, even if the table is resized meanwhile.
  static constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
  template <class HashOf, class Visit>
  std::uint64_t visitFrom(std::uint64_t position, HashOf hashOf, Visit visit) const;

 private:
  struct Table {
    Mapping memory;
    Bucket* buckets = nullptr;
    std::uint64_t count = 0;

    explicit Table(std::uint64_t bucketCount);
    // Monotonic in the hash, so that tables of all sizes have the same order of entries.
    std::uint64_t homeOf(std::uint64_t hash) const { return ((hash & 0xffffffff) * count) >> 32; }
    std::uint64_t next(std::uint64_t bucket) const { return bucket + 1 == count ? 0 : bucket + 1; }
    bool insert(std::uint64_t hash, BlockRef ref);
    bool take(std::uint64_t hash, BlockRef ref, BlockRef by);
  };

  static constexpr std::uint64_t kFirstBuckets = 8;
  static constexpr std::size_t kLevels = 64;
  static constexpr int kBucketsPerStep = 2;
  static constexpr int kTries = 8;

  static std::uint16_t tagOf(std::uint64_t hash) {
    const auto tag = static_cast<std::uint16_t>(hash >> 32);
    return tag != 0 ? tag : 1;
  }
  Table& tableOf(std::uint64_t hash) const;
  std::size_t wantedLevel() const {
    if (size_ >= growAt_) return level_ + 1;
    return size_ < shrinkAt_ ? shrunkLevel() : level_;
  }
  std::size_t shrunkLevel() const;
  void setLevel(std::size_t level);
  bool begin(std::size_t level);
  void reset();
  void sendReadersPast(std::uint64_t home);
  void endMove();
  template <class HashOf, class Visit>
  static void visitHome(const Table& table, std::uint64_t home, HashOf hashOf, Visit visit);
  template <class HashOf>
  void moveBucket(const Arena& arena, HashOf hashOf);

  // Read by every look-up; written only during a move.
  std::atomic<std::uint64_t> stage_{0};  // sequence number of the next three; odd during a change
  std::atomic<Table*> table_{nullptr};
  std::atomic<Table*> old_{nullptr};     // the table that entries are moved from; null: no move
  std::atomic<std::uint64_t> moved_{0};  // index of the next bucket of old_ to move
  std::size_t size_ = 0;
  std::size_t level_ = 0;
  std::size_t growAt_ = 0;  // entry count at which the table grows
  std::size_t shrinkAt_ = 0;
  // Each is 1.5 times the size of the previous one. Outdated tables keep their addresses, without memory, for
  // readers that still probe them, and are reused.
  std::array<std::unique_ptr<Table>, kLevels> tables_;
};

inline EntryIndex::Table& EntryIndex::tableOf(std::uint64_t hash) const {
  Table* const old = old_.load(std::memory_order_acquire);
  if (old != nullptr && old->homeOf(hash) >= moved_.load(std::memory_order_acquire)) return *old;
  return *table_.load(std::memory_order_acquire);
}

template <class Visit>
EntryIndex::Found EntryIndex::find(std::uint64_t hash, Visit visit) const {
  const std::uint16_t tag = tagOf(hash);
  for (int tries = 0; tries < kTries; ++tries) {
    const std::uint64_t stage = stage_.load(std::memory_order_acquire);
    const Table& table = tableOf(hash);
    bool steady = (stage & 1) == 0;
    std::uint64_t place = table.homeOf(hash);
    for (std::uint64_t probes = 0; probes < table.count; ++probes, place = table.next(place)) {
      const Bucket& bucket = table.buckets[place];
      const std::uint32_t state = bucket.state.load(std::memory_order_acquire);
      for (unsigned slots = bucket.match(tag); slots != 0; slots &= slots - 1)
        if (visit(bucket.refs[__builtin_ctz(slots)].load(std::memory_order_acquire))) return Found::yes;
      steady = steady && (state & 0x10000) == 0 && bucket.state.load(std::memory_order_relaxed) == state;
      if ((state & 0xffff) == 0) break;
    }
    if (steady && stage_.load(std::memory_order_relaxed) == stage) return Found::no;
  }
  return Found::unsure;
}

inline void EntryIndex::prefetch(std::uint64_t hash) const {
  const Table& table = tableOf(hash);
  __builtin_prefetch(&table.buckets[table.homeOf(hash)]);
}

inline BlockRef EntryIndex::guess(std::uint64_t hash) const {
  const Table& table = tableOf(hash);
  const Bucket& bucket = table.buckets[table.homeOf(hash)];
  const unsigned slots = bucket.match(tagOf(hash));
  return slots == 0 ? 0 : bucket.refs[__builtin_ctz(slots)].load(std::memory_order_relaxed);
}

template <class HashOf>
void EntryIndex::step(const Arena& arena, HashOf hashOf) {
  if (size_ == 0 && level_ != 0) return reset();
  if (old_.load(std::memory_order_relaxed) == nullptr) {
    const std::size_t wanted = wantedLevel();
    if (wanted == level_ || !begin(wanted)) return;
  }
  for (int i = 0; i < kBucketsPerStep && old_.load(std::memory_order_relaxed) != nullptr; ++i)
    moveBucket(arena, hashOf);
}

// Calls visit(BlockRef, hash) for the entries whose home is the bucket, including those that overflowed to
// others, until it returns false.
template <class HashOf, class Visit>
void EntryIndex::visitHome(const Table& table, std::uint64_t home, HashOf hashOf, Visit visit) {
  std::uint64_t place = home;
  for (std::uint64_t probes = 0; probes < table.count; ++probes, place = table.next(place)) {
    const Bucket& bucket = table.buckets[place];
    const std::uint32_t passed = bucket.passed();
    for (const auto& ref : bucket.refs) {
      const BlockRef entry = ref.load(std::memory_order_relaxed);
      if (entry == 0) continue;
      const std::uint64_t hash = hashOf(entry);
      if (table.homeOf(hash) == home && !visit(entry, hash)) return;
    }
    if (passed == 0) return;
  }
}

// An entry is in both tables until readers are directed to the new one, so it can be found at any time.
template <class HashOf>
void EntryIndex::moveBucket(const Arena& arena, HashOf hashOf) {
  Table& old = *old_.load(std::memory_order_relaxed);
  Table& table = *table_.load(std::memory_order_relaxed);
  const std::uint64_t home = moved_.load(std::memory_order_relaxed);
  for (const auto& ref : old.buckets[home].refs)
    if (const BlockRef entry = ref.load(std::memory_order_relaxed); entry != 0)
      __builtin_prefetch(&arena.at(entry));

  visitHome(old, home, hashOf, [&](BlockRef entry, std::uint64_t hash) { return table.insert(hash, entry); });
  sendReadersPast(home);
  visitHome(old, home, hashOf, [&](BlockRef entry, std::uint64_t hash) { return old.take(hash, entry, 0); });
  if (home + 1 == old.count) endMove();
}

template <class HashOf, class Visit>
std::uint64_t EntryIndex::visitFrom(std::uint64_t position, HashOf hashOf, Visit visit) const {
  if (position >= kEnd) return kEnd;
  const Table& table = tableOf(position);
  const std::uint64_t home = table.homeOf(position);
  // The first hash of the next bucket, capped at the end of the range of hashes in this table.
  std::uint64_t end = (((home + 1) << 32) + table.count - 1) / table.count;
  const Table* const old = old_.load(std::memory_order_relaxed);
  if (old != nullptr && &table != old) {
    const std::uint64_t moved = moved_.load(std::memory_order_relaxed);
    end = std::min(end, ((moved << 32) + old->count - 1) / old->count);
  }
  visitHome(table, home, hashOf, [&](BlockRef entry, std::uint64_t hash) {
    const std::uint64_t at = hash & 0xffffffff;
    if (at >= position && at < end) visit(entry, hash);
    return true;
  });
  return end;
}

}  // namespace larder::lru

#endif
