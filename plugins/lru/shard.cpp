// SPDX-License-Identifier: Apache-2.0
//
// Look-ups and operations. shard_store.cpp stores entries, shard_room.cpp makes room for them.
#include "shard.hpp"

#include "key_hash.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>

namespace larder::lru {
namespace {

using plugin::view;

constexpr std::uint64_t kNsPerMs = 1'000'000;

// How many buckets one scan visits with the lock held, at about ten cache misses each.
constexpr int kBucketsPerScan = 200;

bool has(const larder_op& op, std::uint32_t flag) { return (op.flags & flag) != 0; }

std::uint64_t expiryOf(const Access& access) {
  if (access.op.ttl_ms == LARDER_TTL_NONE) return Block::kNeverExpires;
  return access.moment.ns() + static_cast<std::uint64_t>(access.op.ttl_ms) * kNsPerMs;
}

// `entry` is the live one under the operation's key, or nullptr.
bool conditionsHold(const larder_op& op, const Block* entry) {
  if (has(op, LARDER_IF_ABSENT) && entry != nullptr) return false;
  if (has(op, LARDER_IF_PRESENT) && entry == nullptr) return false;
  if (!has(op, LARDER_IF_VERSION)) return true;
  return entry != nullptr && entry->version() == op.expected_version;
}

std::optional<std::int64_t> numberOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Returns the remaining time to live, rounded up, so that a live entry never has 0 ms left.
std::int64_t leftMs(const Block& block, Moment& moment) {
  const std::uint64_t expires = block.expiresNs();
  if (expires == Block::kNeverExpires) return LARDER_TTL_NONE;
  return std::max<std::int64_t>(
      (static_cast<std::int64_t>(expires - moment.ns()) + static_cast<std::int64_t>(kNsPerMs) - 1) /
          static_cast<std::int64_t>(kNsPerMs),
      1);
}

void letGo(Block& block) {
  Shard* const shard = block.space().shard;
  if (block.references.fetch_sub(1, std::memory_order_acq_rel) == 1) shard->giveBack(block);
}

bool equal(std::string_view a, const char* b, std::uint64_t size) {
  return a.size() == size && (size == 0 || std::memcmp(a.data(), b, size) == 0);
}

}  // namespace

Shard::Shard(Arena& arena, Limits limits, std::uint64_t maxValueSize, Policy policy)
    : arena_(arena),
      largestBlock_(arena.largestBlock()),
      maxValueSize_(maxValueSize),
      policy_(policy),
      limits_(limits),
      queues_(arena, policy) {}

Shard::~Shard() {
  reclaimReturned();
  while (const BlockRef ref = queues_.any()) drop(ref);
}

void Shard::prefetchBlock(std::uint64_t hash) const {
  if (const BlockRef ref = index_.guess(hash); ref != 0) __builtin_prefetch(&arena_.at(ref));
}

// ---- finding ----

bool Shard::matches(const Block& block, const larder_op& op) const {
  return equal(view(op.key), block.bytes(largestBlock_), block.keySize()) &&
         equal(view(op.name_space), block.space().name.data(), block.space().name.size());
}

std::string_view Shard::valueOf(const Block& block) const {
  return {block.bytes(largestBlock_) + block.keySize(), block.valueSize()};
}

std::uint64_t Shard::hashOf(const Block& block) const {
  return hashOfBytes({block.bytes(largestBlock_), block.keySize()}, block.space().nameHash);
}

bool Shard::live(const Block& block, Moment& moment) const {
  if (block.version() <= block.space().clearedVersion.load(std::memory_order_relaxed)) return false;
  const std::uint64_t expires = block.expiresNs();
  return expires == Block::kNeverExpires || moment.ns() < expires;
}

bool Shard::dead(const Block& block, std::uint64_t nowNs) const {
  return nowNs >= block.expiresNs() ||
         block.version() <= block.space().clearedVersion.load(std::memory_order_relaxed);
}

// Returns the block under the key, live or not, with a reference for the caller; nullptr if there is none.
Block* Shard::acquire(const Access& access) {
  Block* found = nullptr;
  bool refused = false;
  const auto visit = [&](BlockRef ref) {
    if (ref == 0) {
      refused = true;
      return false;
    }
    Block& block = arena_.at(ref);
    // Key and value extend into the next line; it loads while acquiring the reference waits for the first
    // line.
    __builtin_prefetch(reinterpret_cast<const char*>(&block) + 64);
    if (!block.tryAcquire()) {
      refused = true;
      return false;
    }
    if (matches(block, access.op)) {
      found = &block;
      return true;
    }
    letGo(block);
    return false;
  };
  const EntryIndex::Found answer = index_.find(access.hash, visit);
  if (answer == EntryIndex::Found::yes) return found;
  // A block that refused is being moved or removed, so the lock has to settle it.
  if (answer == EntryIndex::Found::no && !refused) return nullptr;

  const std::lock_guard guard(lock_);
  const BlockRef ref = find(access);
  if (ref == 0) return nullptr;
  arena_.at(ref).references.fetch_add(1, std::memory_order_relaxed);
  return &arena_.at(ref);
}

// REQUIRES: the lock is held.
BlockRef Shard::find(const Access& access) {
  BlockRef found = 0;
  index_.find(access.hash, [&](BlockRef ref) {
    if (!matches(arena_.at(ref), access.op)) return false;
    found = ref;
    return true;
  });
  return found;
}

// REQUIRES: the lock is held. Drops the entry under the key if it is dead.
BlockRef Shard::findLive(const Access& access) {
  const BlockRef ref = find(access);
  if (ref == 0 || live(arena_.at(ref), access.moment)) return ref;
  dropDead(ref, access.moment.ns());
  return 0;
}

// REQUIRES: the lock is held.
void Shard::countUse(BlockRef ref) {
  if (policy_ == Policy::lru)
    queues_.renew(ref, weightOf(ref));
  else
    arena_.at(ref).countHit();
}

// ---- operations ----

larder_status Shard::get(const Access& access) {
  Block* const block = acquire(access);
  if (block == nullptr) return LARDER_MISS;
  if (!live(*block, access.moment)) {
    letGo(*block);
    const std::lock_guard guard(lock_);
    findLive(access);
    return LARDER_MISS;
  }
  if (policy_ == Policy::lru) {
    const std::lock_guard guard(lock_);
    if (block->place == Place::main) queues_.renew(arena_.refOf(*block), weightOf(arena_.refOf(*block)));
  } else {
    block->countHit();
  }
  const std::string_view value = valueOf(*block);
  access.op.result = {value.data(), value.size(), block,
                      [](void* owner) { letGo(*static_cast<Block*>(owner)); }};
  access.op.version = block->version();
  access.op.result_ttl_ms = leftMs(*block, access.moment);
  return LARDER_OK;
}

larder_status Shard::set(const Access& access) {
  const larder_op& op = access.op;
  if (Block::sizeOf(op.key.size, op.value.size, true) > largestBlock_ && op.value.size <= maxValueSize_)
    return setLarge(access);

  prefetchIndex(access.hash);
  const std::lock_guard guard(lock_);
  queues_.prefetch(access.hash);
  const BlockRef old = findLive(access);
  const Block* const block = old == 0 ? nullptr : &arena_.at(old);
  if (!conditionsHold(op, block)) return LARDER_NOT_STORED;
  const bool keeps_ttl = block != nullptr && has(op, LARDER_KEEP_TTL);
  return replace(access, old, view(op.value), keeps_ttl ? block->expiresNs() : expiryOf(access));
}

// Copies the value without the lock, which would block every other key of the shard.
larder_status Shard::setLarge(const Access& access) {
  const larder_op& op = access.op;
  BlockRef ref = 0;
  New entry;
  {
    const std::lock_guard guard(lock_);
    const BlockRef old = findLive(access);
    const Block* const block = old == 0 ? nullptr : &arena_.at(old);
    if (!conditionsHold(op, block)) return LARDER_NOT_STORED;
    const bool keeps_ttl = block != nullptr && has(op, LARDER_KEEP_TTL);
    entry = describe(access, op.value.size, keeps_ttl ? block->expiresNs() : expiryOf(access));
    if (!fits(entry)) {
      if (old != 0) drop(old);
      return LARDER_TOO_LARGE;
    }
    if (old != 0) ref = prepareBeside(old, entry, access.moment);
    if (ref == 0) {
      if (old != 0) drop(old);
      ref = prepare(entry, access.moment);
    }
    if (ref == 0) return LARDER_NO_MEMORY;
  }

  std::memcpy(payloadOf(arena_.at(ref)) + op.key.size, op.value.data, op.value.size);

  const std::lock_guard guard(lock_);
  const BlockRef old = findLive(access);
  if (!conditionsHold(op, old == 0 ? nullptr : &arena_.at(old))) {
    freeBlock(ref);
    return LARDER_NOT_STORED;
  }
  // Other threads may have stored entries meanwhile, up to the entry limit.
  while (old == 0 && index_.size() >= limits_.entries)
    if (!evict(access.moment)) {
      freeBlock(ref);
      return LARDER_NO_MEMORY;
    }
  settle(ref, entry, old);
  access.op.version = arena_.at(ref).version();
  ++writes_;
  return LARDER_OK;
}

larder_status Shard::erase(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef ref = findLive(access);
  if (ref == 0) return LARDER_MISS;
  if (!conditionsHold(access.op, &arena_.at(ref))) return LARDER_NOT_STORED;
  drop(ref);
  ++deletes_;
  return LARDER_OK;
}

larder_status Shard::touch(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef ref = findLive(access);
  return ref == 0 ? LARDER_MISS : retime(access, ref, expiryOf(access));
}

larder_status Shard::exists(const Access& access) {
  const std::lock_guard guard(lock_);
  return findLive(access) != 0 ? LARDER_OK : LARDER_MISS;
}

larder_status Shard::ttl(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef ref = findLive(access);
  if (ref == 0) return LARDER_MISS;
  access.op.result_ttl_ms = leftMs(arena_.at(ref), access.moment);
  return LARDER_OK;
}

larder_status Shard::introspect(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef ref = findLive(access);
  if (ref == 0) return LARDER_MISS;
  const Block& block = arena_.at(ref);
  plugin::EntryFacts{.size = static_cast<std::int64_t>(block.valueSize()),
                     .ttlMs = leftMs(block, access.moment),
                     .version = block.version()}
      .tell(access.op);
  return LARDER_OK;
}

larder_status Shard::increment(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef old = findLive(access);
  const auto before = old == 0 ? 0 : numberOf(valueOf(arena_.at(old)));
  std::int64_t sum = 0;
  if (!before || __builtin_add_overflow(*before, access.op.number, &sum)) return LARDER_NOT_STORED;

  const std::uint64_t expires = old == 0 ? expiryOf(access) : arena_.at(old).expiresNs();
  const auto status = replace(access, old, std::to_string(sum), expires);
  if (status == LARDER_OK) access.op.result_number = sum;
  return status;
}

larder_status Shard::compareSet(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef old = findLive(access);
  if (old == 0) return LARDER_MISS;
  if (valueOf(arena_.at(old)) != view(access.op.expected)) return LARDER_NOT_STORED;
  return replace(access, old, view(access.op.value), expiryOf(access));
}

larder_status Shard::lock(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef holder = findLive(access);
  if (holder == 0) return replace(access, 0, view(access.op.value), expiryOf(access));
  if (valueOf(arena_.at(holder)) != view(access.op.value)) return LARDER_NOT_STORED;
  return retime(access, holder, expiryOf(access));
}

larder_status Shard::unlock(const Access& access) {
  const std::lock_guard guard(lock_);
  const BlockRef holder = findLive(access);
  if (holder == 0) return LARDER_MISS;
  if (valueOf(arena_.at(holder)) != view(access.op.value)) return LARDER_NOT_STORED;
  drop(holder);
  return LARDER_OK;
}

void Shard::clearNamespace(std::string_view name) {
  const std::lock_guard guard(lock_);
  spaces_.clear(name, lastVersion_);
}

std::uint64_t Shard::scan(const larder_op& op, std::uint64_t nowNs, std::uint64_t position,
                          std::vector<std::string>& keys) {
  const auto wanted = static_cast<std::size_t>(op.number);
  const auto look = [&](BlockRef ref, std::uint64_t) {
    const Block& block = arena_.at(ref);
    const std::string_view key(block.bytes(largestBlock_), block.keySize());
    if (!dead(block, nowNs) && block.space().name == view(op.name_space) && key.starts_with(view(op.key)))
      keys.emplace_back(key);
  };
  const std::lock_guard guard(lock_);
  for (int looked = 0; looked < kBucketsPerScan && keys.size() < wanted; ++looked) {
    position = index_.visitFrom(
        position, [&](BlockRef ref) { return hashOf(arena_.at(ref)); }, look);
    if (position >= EntryIndex::kEnd) return EntryIndex::kEnd;
  }
  return position;
}

bool Shard::turn(std::uint64_t nowNs, int limit) {
  const std::lock_guard guard(lock_);
  reclaimReturned();
  return wheel_.advance(nowNs, limit, [&](BlockRef ref) { dropDead(ref, nowNs); });
}

void Shard::addTo(larder_stats& stats) {
  const std::lock_guard guard(lock_);
  reclaimReturned();
  stats.entries += index_.size();
  stats.bytes += taken();
  stats.writes += writes_;
  stats.deletes += deletes_;
  stats.evictions += evictions_;
  stats.expirations += expirations_;
}

Shard::Usage Shard::usage() const {
  const std::lock_guard guard(lock_);
  return {taken(), queues_.weight()};
}

}  // namespace larder::lru
