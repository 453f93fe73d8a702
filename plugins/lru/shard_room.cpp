// SPDX-License-Identifier: Apache-2.0
//
// Keeps a shard within its limits. All functions but giveBack() require its lock.
#include "shard.hpp"

#include "external_memory.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace larder::lru {
namespace {

// How many entries held by readers are passed over before a SET gives up; their memory cannot be reclaimed.
constexpr int kHeldPassedOver = 32;

// How many expired entries are dropped at once, where one would be enough.
constexpr int kExpiredAtOnce = 8;

// Eviction follows age, so the freed blocks are spread over size classes. After this many victims without a
// free block of the needed class, sparse spans are evacuated to get one.
constexpr int kVictimsBeforeMoving = 16;

}  // namespace

// Returns the bytes that the process has grown by for this shard.
std::uint64_t Shard::taken() const {
  return pool_.bytes() + externalBytes_ + index_.bytes() + spaces_.bytes() + queues_.bytes();
}

std::uint64_t Shard::weightOf(BlockRef ref) const {
  const Block& block = arena_.at(ref);
  const std::uint64_t size = SizeClasses::sizeOf(Arena::classOf(ref));
  if (!block.external(largestBlock_)) return size;
  return size + ExternalMemory::costOf(block.keySize() + block.valueSize());
}

// Returns a block of the class, with room for `external` more bytes and, unless it replaces an entry, for one
// more entry; 0 if readers hold too much.
BlockRef Shard::allocate(std::uint32_t number, std::uint64_t external, bool replaces, Moment& moment) {
  reclaimReturned();
  for (int victims = 0;; ++victims) {
    const std::uint64_t needed = external + index_.growth();
    const std::uint64_t used = taken();
    const std::uint64_t room = limits_.bytes - std::min(limits_.bytes, used);
    if ((replaces || index_.size() < limits_.entries) && used <= limits_.bytes && needed <= room) {
      if (const BlockRef ref = pool_.take(number); ref != 0) return ref;
      if (needed + arena_.spanSize() <= room && pool_.addSpan(number)) return pool_.take(number);
    }
    if (victims >= kVictimsBeforeMoving && evacuate()) continue;
    if (!evict(moment)) return 0;
  }
}

// Drops at least one entry, preferring dead ones. Returns false if readers hold the entries to evict.
bool Shard::evict(Moment& moment) {
  const std::size_t before = index_.size();
  if (!wheel_.empty()) {
    const std::uint64_t now = moment.ns();
    wheel_.advance(now, kExpiredAtOnce, [&](BlockRef ref) { dropDead(ref, now); });
  }
  if (spaces_.anyCleared()) {
    const std::uint64_t now = moment.ns();
    const BlockRef ref =
        queues_.firstDead([&](BlockRef candidate) { return dead(arena_.at(candidate), now); });
    if (ref != 0) dropDead(ref, now);
  }
  if (index_.size() < before) return true;
  for (int held = 0; held < kHeldPassedOver; ++held) {
    const BlockRef ref = queues_.victim([this](BlockRef other) { return weightOf(other); });
    if (ref == 0) return false;
    Block& block = arena_.at(ref);
    if (!block.tryRetire()) {
      queues_.renew(ref, weightOf(ref));
      continue;
    }
    const std::uint64_t hash = hashOfVictim(ref);
    queues_.remember(hash, block.place, index_.size());
    ++evictions_;
    unlink(ref, hash);
    freeBlock(ref);
    prepareEviction();
    return true;
  }
  return false;
}

std::uint64_t Shard::hashOfVictim(BlockRef ref) const {
  return ref == nextVictim_ ? nextVictimHash_ : hashOf(arena_.at(ref));
}

// A full shard evicts with every new entry, and each eviction would wait for four cache lines in sequence.
// This prefetches the lines of the next eviction while the caller does other work.
void Shard::prepareEviction() {
  nextVictim_ = queues_.next();
  if (nextVictim_ == 0) return;
  nextVictimHash_ = hashOf(arena_.at(nextVictim_));
  index_.prefetch(nextVictimHash_);
  queues_.prefetch(nextVictimHash_);
  queues_.prefetchNewerThan(nextVictim_);
}

// Empties a span whose few blocks fit elsewhere, so that another class can use its memory. Returns false if
// there is no such span, or if readers hold one of its values.
bool Shard::evacuate() {
  const BlockPool::Sparse sparse = pool_.takeSparse();
  if (sparse.number == 0) return false;
  const std::uint32_t slots = pool_.slotsUsed(sparse);
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const BlockRef ref = arena_.refOf(sparse.number, sparse.span, slot);
    if (arena_.at(ref).place == Place::nowhere) continue;
    if (!move(ref)) {
      pool_.restore(sparse);
      return false;
    }
  }
  return true;
}

// Moves an entry to another block of its class. Returns false if it is not in a queue or readers hold it.
bool Shard::move(BlockRef ref) {
  Block& block = arena_.at(ref);
  if (block.place != Place::small && block.place != Place::main) return false;
  const BlockRef to = pool_.take(Arena::classOf(ref));
  if (to == 0) return false;
  if (!block.tryRetire()) {
    pool_.give(to);
    return false;
  }
  Block& copy = arena_.at(to);
  constexpr std::size_t counter = sizeof block.references;
  std::memcpy(reinterpret_cast<char*>(&copy) + counter, reinterpret_cast<const char*>(&block) + counter,
              SizeClasses::sizeOf(Arena::classOf(ref)) - counter);
  queues_.replace(ref, to);
  if (block.expiresNs() != Block::kNeverExpires) wheel_.replace(ref, to);
  copy.references.store(1, std::memory_order_release);
  index_.replace(hashOf(copy), ref, to);
  if (ref == nextVictim_) nextVictim_ = 0;
  pool_.giveToSpan(ref);
  return true;
}

// Removes an entry from the queues and the wheel, but not from the index.
void Shard::forget(BlockRef ref) {
  Block& block = arena_.at(ref);
  queues_.remove(ref, weightOf(ref));
  if (block.expiresNs() != Block::kNeverExpires) wheel_.remove(ref);
  block.place = Place::held;
}

void Shard::unlink(BlockRef ref, std::uint64_t hash) {
  index_.remove(hash, ref);
  forget(ref);
  stepIndex();
  if (index_.size() == 0) queues_.forget();
}

// Drops one reference; frees the block with the last one.
void Shard::release(BlockRef ref) {
  if (arena_.at(ref).references.fetch_sub(1, std::memory_order_acq_rel) == 1) freeBlock(ref);
}

// Begins a new table only once there is room for it.
void Shard::stepIndex() {
  if (taken() + index_.growth() > limits_.bytes) return;
  index_.step(arena_, [this](BlockRef ref) { return hashOf(arena_.at(ref)); });
}

void Shard::drop(BlockRef ref) {
  unlink(ref, hashOf(arena_.at(ref)));
  release(ref);
}

void Shard::dropDead(BlockRef ref, std::uint64_t nowNs) {
  if (nowNs >= arena_.at(ref).expiresNs()) ++expirations_;
  drop(ref);
}

void Shard::freeBlock(BlockRef ref) {
  Block& block = arena_.at(ref);
  if (block.external(largestBlock_)) {
    const std::uint64_t payload = block.keySize() + block.valueSize();
    ExternalMemory::free(const_cast<char*>(block.bytes(largestBlock_)), payload);
    externalBytes_ -= ExternalMemory::costOf(payload);
  }
  spaces_.release(block.space());
  if (ref == nextVictim_) nextVictim_ = 0;
  pool_.give(ref);
}

void Shard::giveBack(Block& block) {
  const BlockRef ref = arena_.refOf(block);
  block.next = returned_.load(std::memory_order_relaxed);
  while (!returned_.compare_exchange_weak(block.next, ref, std::memory_order_acq_rel,
                                          std::memory_order_relaxed)) {
  }
  // If the lock is taken, the block is reclaimed later: by the next allocation or by the housekeeper.
  if (!lock_.try_lock()) return;
  const std::lock_guard guard(lock_, std::adopt_lock);
  reclaimReturned();
}

void Shard::reclaimReturned() {
  if (returned_.load(std::memory_order_relaxed) == 0) return;
  for (BlockRef ref = returned_.exchange(0, std::memory_order_acq_rel); ref != 0;) {
    const BlockRef next = arena_.at(ref).next;
    freeBlock(ref);
    ref = next;
  }
}

}  // namespace larder::lru
