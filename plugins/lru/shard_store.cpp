// SPDX-License-Identifier: Apache-2.0
//
// Storing entries in a shard. All functions that change the shard require its lock.
#include "shard.hpp"

#include "external_memory.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <cstring>

namespace larder::lru {
namespace {

using plugin::view;

void copyTo(char* to, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
}

}  // namespace

Shard::New Shard::describe(const Access& access, std::uint64_t valueSize, std::uint64_t expiresNs) const {
  return {access.hash,         access.spaceHash, view(access.op.name_space),
          view(access.op.key), valueSize,        expiresNs};
}

bool Shard::fits(const New& entry) const {
  if (entry.valueSize > maxValueSize_) return false;
  const std::uint64_t size =
      Block::sizeOf(entry.key.size(), entry.valueSize, entry.expiresNs != Block::kNeverExpires);
  const std::uint64_t cost =
      size <= largestBlock_ ? arena_.spanSize() : arena_.spanSize() + ExternalMemory::costOf(size);
  return cost + NamespaceTable::costOf(entry.space.size()) <= limits_.bytes;
}

char* Shard::payloadOf(Block& block) const { return const_cast<char*>(block.bytes(largestBlock_)); }

// Returns a block with header and key, whose value is still to be written and which look-ups cannot find yet;
// 0 if there is no room. Throws std::bad_alloc.
BlockRef Shard::prepare(const New& entry, Moment& moment) {
  const bool timed = entry.expiresNs != Block::kNeverExpires;
  const std::uint64_t size = Block::sizeOf(entry.key.size(), entry.valueSize, timed);
  const bool external = size > largestBlock_;
  const std::uint64_t payload = entry.key.size() + entry.valueSize;
  const std::uint64_t inside = external ? Block::sizeOf(0, sizeof(char*), timed) : size;

  // Acquired first, so that making room cannot destroy the namespace of the new entry.
  Namespace& space = spaces_.acquire(entry.space, entry.spaceHash);
  const std::uint32_t number = SizeClasses::classOf(static_cast<std::uint32_t>(inside));
  const BlockRef ref =
      allocate(number, external ? ExternalMemory::costOf(payload) : 0, entry.replaces, moment);
  char* elsewhere = nullptr;
  if (ref != 0 && external) elsewhere = ExternalMemory::allocate(payload);
  if (ref == 0 || (external && elsewhere == nullptr)) {
    spaces_.release(space);
    if (ref != 0) pool_.give(ref);
    return 0;
  }

  Block& block = arena_.at(ref);
  const auto key_size = entry.key.size();
  block.sizes = static_cast<std::uint32_t>(entry.valueSize) | (timed ? Block::kTimed : 0) |
                (key_size >> 16 != 0 ? Block::kLongKey : 0);
  block.spaceAndKey = reinterpret_cast<std::uintptr_t>(&space) | (std::uint64_t{key_size & 0xffff} << 48);
  block.place = Place::filling;
  if (timed) block.timer().expiresNs.store(entry.expiresNs, std::memory_order_relaxed);
  if (external) {
    std::memcpy(block.payload(), &elsewhere, sizeof elsewhere);
    externalBytes_ += ExternalMemory::costOf(payload);
  }
  copyTo(payloadOf(block), entry.key);
  return ref;
}

// Like prepare(), for an entry that will replace `old`, so that the number of entries stays the same. `old`
// stays stored, with a reference meanwhile, so that making room does not evict it.
BlockRef Shard::prepareBeside(BlockRef old, New entry, Moment& moment) {
  entry.replaces = true;
  arena_.at(old).references.fetch_add(1, std::memory_order_relaxed);
  BlockRef ref = 0;
  try {
    ref = prepare(entry, moment);
  } catch (...) {
    release(old);
    throw;
  }
  release(old);
  return ref;
}

// Makes a prepared block the entry under its key, replacing `old` if that is not 0. A reader always finds
// either the old or the new entry.
void Shard::settle(BlockRef ref, const New& entry, BlockRef old) {
  Block& block = arena_.at(ref);
  const std::uint64_t version = entry.version != 0 ? entry.version : ++lastVersion_;
  block.versionHigh = static_cast<std::uint16_t>(version >> 32);
  block.versionLow = static_cast<std::uint32_t>(version);
  if (entry.expiresNs != Block::kNeverExpires) wheel_.add(ref);
  const std::uint64_t weight = weightOf(ref);
  if (old != 0) {
    const Block& before = arena_.at(old);
    block.hits.store(before.hits.load(std::memory_order_relaxed), std::memory_order_relaxed);
    queues_.add(ref, before.place, weight);
  } else {
    block.hits.store(0, std::memory_order_relaxed);
    queues_.add(ref, queues_.placeFor(entry.hash, weight), weight);
  }
  // From here on, readers can acquire the block.
  block.references.store(1, std::memory_order_release);
  if (old != 0) {
    index_.replace(entry.hash, old, ref);
    forget(old);
    release(old);
  } else {
    index_.insert(entry.hash, ref);
    stepIndex();
  }
}

// Overwrites the value in place. Returns false if the new size needs another block or a reader holds the
// entry. Readers that arrive meanwhile wait for the lock.
bool Shard::rewrite(BlockRef ref, const New& entry, std::string_view value) {
  Block& block = arena_.at(ref);
  const bool timed = entry.expiresNs != Block::kNeverExpires;
  const std::uint64_t size = Block::sizeOf(entry.key.size(), value.size(), timed);
  if (timed != block.timed() || size > largestBlock_ || block.external(largestBlock_)) return false;
  if (SizeClasses::classOf(static_cast<std::uint32_t>(size)) != Arena::classOf(ref)) return false;
  if (!block.tryRetire()) return false;

  const std::uint64_t version = ++lastVersion_;
  block.versionHigh = static_cast<std::uint16_t>(version >> 32);
  block.versionLow = static_cast<std::uint32_t>(version);
  block.sizes = (block.sizes & ~Block::kValueBits) | static_cast<std::uint32_t>(value.size());
  copyTo(payloadOf(block) + entry.key.size(), value);
  if (timed) {
    if (block.expiresNs() != Block::kNeverExpires) wheel_.remove(ref);
    block.timer().expiresNs.store(entry.expiresNs, std::memory_order_relaxed);
    wheel_.add(ref);
  }
  queues_.renew(ref, weightOf(ref));
  block.references.store(1, std::memory_order_release);
  return true;
}

// Stores a value in the place of `old`. If there is no room, `old` is removed all the same: it would be
// served as if it were current. Throws std::bad_alloc.
larder_status Shard::replace(const Access& access, BlockRef old, std::string_view value,
                             std::uint64_t expiresNs) {
  const New entry = describe(access, value.size(), expiresNs);
  if (!fits(entry)) {
    if (old != 0) drop(old);
    return LARDER_TOO_LARGE;
  }
  BlockRef ref = old;
  if (old == 0 || !rewrite(old, entry, value)) {
    ref = old != 0 ? prepareBeside(old, entry, access.moment) : 0;
    if (ref == 0) {
      if (old != 0) drop(old);
      old = 0;
      ref = prepare(entry, access.moment);
    }
    if (ref == 0) return LARDER_NO_MEMORY;
    copyTo(payloadOf(arena_.at(ref)) + entry.key.size(), value);
    settle(ref, entry, old);
  }
  access.op.version = arena_.at(ref).version();
  ++writes_;
  return LARDER_OK;
}

// Changes an entry's time to live and counts a use. An entry without a timer moves to a block that has room
// for one.
larder_status Shard::retime(const Access& access, BlockRef ref, std::uint64_t expiresNs) {
  Block& block = arena_.at(ref);
  if (block.timed()) {
    if (block.expiresNs() != Block::kNeverExpires) wheel_.remove(ref);
    block.timer().expiresNs.store(expiresNs, std::memory_order_relaxed);
    if (expiresNs != Block::kNeverExpires) wheel_.add(ref);
  } else if (expiresNs != Block::kNeverExpires) {
    New entry = describe(access, block.valueSize(), expiresNs);
    entry.version = block.version();
    const BlockRef fresh = prepareBeside(ref, entry, access.moment);
    if (fresh == 0) return LARDER_NO_MEMORY;
    copyTo(payloadOf(arena_.at(fresh)) + entry.key.size(), valueOf(block));
    settle(fresh, entry, ref);
    ref = fresh;
  }
  countUse(ref);
  return LARDER_OK;
}

}  // namespace larder::lru
