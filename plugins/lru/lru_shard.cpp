// SPDX-License-Identifier: Apache-2.0
#include "lru_shard.hpp"

#include <larder/plugin.hpp>

#include <charconv>
#include <optional>
#include <utility>

namespace larder::lru {
namespace {

using plugin::view;

constexpr std::uint64_t kNsPerMs = 1'000'000;

// How many of the oldest entries are looked at for a dead one before a live one is evicted. Each costs a
// cache miss.
constexpr int kVictimsConsidered = 4;

// How many buckets one scan looks at with the lock held, about a cache miss each.
constexpr int kBucketsPerScan = 1000;

bool has(const larder_op& op, std::uint32_t flag) { return (op.flags & flag) != 0; }

std::uint64_t expiryOf(const Access& access) {
  if (access.op.ttl_ms == LARDER_TTL_NONE) return Entry::kNeverExpires;
  return access.nowNs + static_cast<std::uint64_t>(access.op.ttl_ms) * kNsPerMs;
}

bool expired(const Entry& entry, std::uint64_t nowNs) { return nowNs >= entry.expiresNs; }
bool cleared(const Entry& entry) { return entry.version <= entry.space->clearedVersion; }
bool live(const Entry& entry, std::uint64_t nowNs) { return !expired(entry, nowNs) && !cleared(entry); }

// `entry` is the live one under the operation's key, or nullptr.
bool conditionsHold(const larder_op& op, const Entry* entry) {
  if (has(op, LARDER_IF_ABSENT) && entry != nullptr) return false;
  if (has(op, LARDER_IF_PRESENT) && entry == nullptr) return false;
  if (!has(op, LARDER_IF_VERSION)) return true;
  return entry != nullptr && entry->version == op.expected_version;
}

std::optional<std::int64_t> numberOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Rounded up: a live entry never has 0 ms left.
std::int64_t leftMs(const Entry& entry, std::uint64_t nowNs) {
  if (entry.expiresNs == Entry::kNeverExpires) return LARDER_TTL_NONE;
  return static_cast<std::int64_t>((entry.expiresNs - nowNs + kNsPerMs - 1) / kNsPerMs);
}

larder_value lend(Entry& entry) {
  entry.addReference();
  const std::string_view value = entry.value();
  return {value.data(), value.size(), &entry, [](void* owner) { static_cast<Entry*>(owner)->release(); }};
}

}  // namespace

LruShard::LruShard(Limits limits, std::uint64_t maxValueSize)
    : limits_(limits), maxValueSize_(maxValueSize) {}

LruShard::~LruShard() {
  while (recency_.oldest() != nullptr) drop(*recency_.oldest());
}

larder_status LruShard::get(const Access& access) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = findLive(access);
  if (entry == nullptr) {
    ++misses_;
    return LARDER_MISS;
  }
  ++hits_;
  recency_.makeNewest(*entry);
  access.op.result = lend(*entry);
  access.op.version = entry->version;
  access.op.result_ttl_ms = leftMs(*entry, access.nowNs);
  return LARDER_OK;
}

larder_status LruShard::set(const Access& access) {
  const larder_op& op = access.op;
  // Allocated and filled before the lock: copying a large value would hold up every other key of the shard.
  EntryReference fresh = create(op, view(op.value));

  const std::lock_guard lock(mutex_);
  Entry* const old = findLive(access);
  if (!conditionsHold(op, old)) return LARDER_NOT_STORED;

  const bool keeps_ttl = old != nullptr && has(op, LARDER_KEEP_TTL);
  return replace(access, old, std::move(fresh), op.value.size, keeps_ttl ? old->expiresNs : expiryOf(access));
}

larder_status LruShard::erase(const Access& access) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = findLive(access);
  if (entry == nullptr) return LARDER_MISS;
  if (!conditionsHold(access.op, entry)) return LARDER_NOT_STORED;
  drop(*entry);
  ++deletes_;
  return LARDER_OK;
}

larder_status LruShard::touch(const Access& access) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = findLive(access);
  if (entry == nullptr) return LARDER_MISS;
  entry->expiresNs = expiryOf(access);
  recency_.makeNewest(*entry);
  return LARDER_OK;
}

larder_status LruShard::exists(const Access& access) {
  const std::lock_guard lock(mutex_);
  return findLive(access) != nullptr ? LARDER_OK : LARDER_MISS;
}

larder_status LruShard::ttl(const Access& access) {
  const std::lock_guard lock(mutex_);
  const Entry* const entry = findLive(access);
  if (entry == nullptr) return LARDER_MISS;
  access.op.result_ttl_ms = leftMs(*entry, access.nowNs);
  return LARDER_OK;
}

larder_status LruShard::introspect(const Access& access) {
  const std::lock_guard lock(mutex_);
  const Entry* const entry = findLive(access);
  if (entry == nullptr) return LARDER_MISS;
  plugin::EntryFacts{.size = static_cast<std::int64_t>(entry->value().size()),
                     .ttlMs = leftMs(*entry, access.nowNs),
                     .version = entry->version}
      .tell(access.op);
  return LARDER_OK;
}

larder_status LruShard::increment(const Access& access) {
  const std::lock_guard lock(mutex_);
  Entry* const old = findLive(access);
  const auto before = old == nullptr ? 0 : numberOf(old->value());
  std::int64_t sum = 0;
  if (!before || __builtin_add_overflow(*before, access.op.number, &sum)) return LARDER_NOT_STORED;

  const std::string text = std::to_string(sum);
  const auto status = replace(access, old, create(access.op, text), text.size(),
                              old == nullptr ? expiryOf(access) : old->expiresNs);
  if (status == LARDER_OK) access.op.result_number = sum;
  return status;
}

larder_status LruShard::compareSet(const Access& access) {
  EntryReference fresh = create(access.op, view(access.op.value));  // before the lock, as in set

  const std::lock_guard lock(mutex_);
  Entry* const old = findLive(access);
  if (old == nullptr) return LARDER_MISS;
  if (old->value() != view(access.op.expected)) return LARDER_NOT_STORED;
  return replace(access, old, std::move(fresh), access.op.value.size, expiryOf(access));
}

larder_status LruShard::lock(const Access& access) {
  const std::lock_guard lock(mutex_);
  Entry* const holder = findLive(access);
  if (holder == nullptr)
    return replace(access, nullptr, create(access.op, view(access.op.value)), access.op.value.size,
                   expiryOf(access));
  if (holder->value() != view(access.op.value)) return LARDER_NOT_STORED;
  holder->expiresNs = expiryOf(access);
  recency_.makeNewest(*holder);
  return LARDER_OK;
}

larder_status LruShard::unlock(const Access& access) {
  const std::lock_guard lock(mutex_);
  Entry* const holder = findLive(access);
  if (holder == nullptr) return LARDER_MISS;
  if (holder->value() != view(access.op.value)) return LARDER_NOT_STORED;
  drop(*holder);
  return LARDER_OK;
}

std::uint64_t LruShard::scan(const larder_op& op, std::uint64_t nowNs, std::uint64_t bucket,
                             std::vector<std::string>& keys) const {
  const auto wanted = static_cast<std::size_t>(op.number);
  const auto look = [&](const Entry& entry) {
    if (live(entry, nowNs) && entry.space->name == view(op.name_space) &&
        entry.key().starts_with(view(op.key)))
      keys.emplace_back(entry.key());
  };
  const std::lock_guard lock(mutex_);
  for (int looked = 0; looked < kBucketsPerScan && keys.size() < wanted; ++looked, ++bucket)
    if (!index_.visitBucket(bucket, look)) return kNoBucket;
  return bucket;
}

void LruShard::clearNamespace(std::string_view name) {
  const std::lock_guard lock(mutex_);
  spaces_.clear(name, lastVersion_);
}

void LruShard::addTo(larder_stats& stats) const {
  const std::lock_guard lock(mutex_);
  stats.entries += index_.size();
  stats.bytes += bytes_.load(std::memory_order_relaxed);
  stats.hits += hits_;
  stats.misses += misses_;
  stats.writes += writes_;
  stats.deletes += deletes_;
  stats.evictions += evictions_;
  stats.expirations += expirations_;
}

bool LruShard::fits(const larder_op& op, std::uint64_t valueSize) const {
  if (valueSize > maxValueSize_) return false;
  const std::uint64_t space_cost = NamespaceTable::costOf(op.name_space.size);
  return Entry::costOf(op.key.size, valueSize) + space_cost <= limits_.bytes;
}

// nullptr if the value does not fit, or there is no memory.
EntryReference LruShard::create(const larder_op& op, std::string_view value) const {
  return fits(op, value.size()) ? Entry::create(view(op.key), value) : nullptr;
}

// Puts what create() made for the operation in the place of `old`, which goes also if nothing was made: it
// would be served as if it were current.
larder_status LruShard::replace(const Access& access, Entry* old, EntryReference fresh,
                                std::uint64_t valueSize, std::uint64_t expiresNs) {
  if (old != nullptr) drop(*old);
  if (fresh == nullptr) return fits(access.op, valueSize) ? LARDER_NO_MEMORY : LARDER_TOO_LARGE;
  fresh->expiresNs = expiresNs;
  return link(access, std::move(fresh));
}

// Sweeps the entry under the key if it is dead.
Entry* LruShard::findLive(const Access& access) {
  Entry* const entry = index_.find(view(access.op.name_space), view(access.op.key), access.hash);
  if (entry == nullptr || live(*entry, access.nowNs)) return entry;
  dropDead(*entry, access.nowNs);
  return nullptr;
}

larder_status LruShard::link(const Access& access, EntryReference fresh) {
  // First of all, so that making room can't end the namespace that the entry is about to join.
  Namespace& space = spaces_.acquire(view(access.op.name_space));
  fresh->space = &space;
  fresh->hash = access.hash;
  fresh->version = ++lastVersion_;
  if (!makeRoom(fresh->cost(), access.nowNs) || !index_.insert(*fresh)) {
    spaces_.release(space);
    return LARDER_NO_MEMORY;
  }
  fresh->account = &bytes_;
  bytes_.fetch_add(fresh->cost(), std::memory_order_relaxed);
  access.op.version = fresh->version;
  ++writes_;
  recency_.pushNewest(*fresh.release());
  return LARDER_OK;
}

// False if what is left belongs to readers, who hold dropped values.
bool LruShard::makeRoom(std::uint64_t cost, std::uint64_t nowNs) {
  while (index_.size() >= limits_.entries || bytes_.load(std::memory_order_relaxed) + cost > limits_.bytes) {
    Entry* const entry = victim(nowNs);
    if (entry == nullptr) return false;
    if (live(*entry, nowNs)) {
      ++evictions_;
      drop(*entry);
    } else {
      dropDead(*entry, nowNs);
    }
  }
  return true;
}

Entry* LruShard::victim(std::uint64_t nowNs) const {
  Entry* entry = recency_.oldest();
  for (int i = 0; i < kVictimsConsidered && entry != nullptr; ++i, entry = entry->newer)
    if (!live(*entry, nowNs)) return entry;
  return recency_.oldest();
}

void LruShard::dropDead(Entry& entry, std::uint64_t nowNs) {
  if (expired(entry, nowNs)) ++expirations_;
  drop(entry);
}

void LruShard::drop(Entry& entry) {
  index_.remove(entry);
  recency_.remove(entry);
  spaces_.release(*entry.space);
  entry.release();
}

}  // namespace larder::lru
