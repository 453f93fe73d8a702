// SPDX-License-Identifier: Apache-2.0
#include "lru_backend.hpp"

#include "key_hash.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace larder::lru {
namespace {

constexpr std::uint64_t kMaxKeySize = 64 * 1024;

// How many look-ups of a batch are prefetched before the first is answered.
constexpr std::uint32_t kPrefetched = 16;

// Work of the housekeeper: steps while it holds a shard's lock, and limits for one turn over all shards.
constexpr int kExpiredPerLock = 64;
constexpr int kLocksPerTurn = 1 << 16;
constexpr int kHugePagesPerTurn = 64;

constexpr larder_option kOptions[] = {
    plugin::option("max_bytes", LARDER_OPTION_SIZE, "",
                   "memory for entries with their overhead, at least 4KiB; 0: bounded by max_entries alone; "
                   "not set: an eighth of all memory",
                   0, std::int64_t{1} << 46),
    plugin::option("max_entries", LARDER_OPTION_INTEGER, "0",
                   "number of entries; 0: bounded by max_bytes alone", 0, std::int64_t{1} << 40),
    plugin::option(
        "policy", LARDER_OPTION_STRING, "adaptive",
        "what is evicted: adaptive (by frequency and age, resists scans) or lru (what was not used "
        "for longest)"),
    plugin::option("shards", LARDER_OPTION_INTEGER, "0",
                   "parts with a lock each, a power of two; 0: chosen by size and processors", 0, 256),
    plugin::option(
        "snapshot", LARDER_OPTION_STRING, "",
        "file that the entries are saved in when the backend closes, and restored from when it opens"),
};

std::vector<std::unique_ptr<Arena>> makeArenas(const ShardPlan& plan) {
  std::vector<std::unique_ptr<Arena>> arenas;
  for (std::uint64_t i = 0; i < plan.arenas; ++i)
    arenas.push_back(std::make_unique<Arena>(plan.arenaBytes, plan.spanSize));
  return arenas;
}

std::vector<std::unique_ptr<Shard>> makeShards(const ShardPlan& plan,
                                               const std::vector<std::unique_ptr<Arena>>& arenas) {
  std::vector<std::unique_ptr<Shard>> shards;
  for (const Limits& limits : plan.shards)
    shards.push_back(std::make_unique<Shard>(*arenas[shards.size() % arenas.size()], limits,
                                             plan.maxValueSize, plan.policy));
  return shards;
}

std::uint64_t orUnknown(std::uint64_t bytes) {
  return bytes == Limits::kUnbounded ? LARDER_STAT_UNKNOWN : bytes;
}

}  // namespace

plugin::Info LruBackend::info() {
  return {"The Larder authors", "Apache-2.0", kOptions, std::size(kOptions)};
}

LruBackend::LruBackend(plugin::Host host, const plugin::Settings& settings)
    : host_(host),
      hashSeed_(host.random64()),
      plan_(ShardPlan::from(settings)),
      arenas_(makeArenas(plan_)),
      shards_(makeShards(plan_, arenas_)),
      sizing_(plan_.total, plan_.policy, arenas_.front()->largestBlock(), gets_) {
  if (!settings.text("snapshot").empty()) {
    snapshot_.emplace(std::string(settings.text("snapshot")));
    restore();
  }
  housekeeper_.emplace([this] { keepHouse(); });
}

LruBackend::~LruBackend() {
  housekeeper_.reset();
  if (snapshot_) save();
}

std::uint64_t LruBackend::maxKeySize() const { return kMaxKeySize; }

LruBackend::Hashes LruBackend::hashesOf(const larder_op& op) const {
  const std::uint64_t space = hashOfBytes(plugin::view(op.name_space), hashSeed_);
  return {space, hashOfBytes(plugin::view(op.key), space)};
}

void LruBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  Moment moment(host_.raw());
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (count > 1 && i % kPrefetched == 0) prefetch(ops + i, std::min(count - i, kPrefetched));
    larder_op& op = *ops[i];
    try {
      results[i] = answer(op, moment);
    } catch (const std::bad_alloc&) {
      results[i] = LARDER_NO_MEMORY;
    }
    plugin::releaseDonation(op);
    if (op.opcode == LARDER_OP_GET) {
      hits += results[i] == LARDER_OK ? 1 : 0;
      misses += results[i] == LARDER_MISS ? 1 : 0;
    }
    if (results[i] < 0) errors_.fetch_add(1, std::memory_order_relaxed);
  }
  gets_.add(hits, misses);
}

// A look-up mostly waits for memory, which can serve many loads in parallel.
void LruBackend::prefetch(larder_op* const* ops, std::uint32_t count) const {
  std::array<std::uint64_t, kPrefetched> hashes;
  for (std::uint32_t i = 0; i < count; ++i) {
    hashes[i] = hashesOf(*ops[i]).key;
    shardOf(hashes[i]).prefetchIndex(hashes[i]);
  }
  for (std::uint32_t i = 0; i < count; ++i) shardOf(hashes[i]).prefetchBlock(hashes[i]);
}

larder_status LruBackend::answer(larder_op& op, Moment& moment) {
  // The shard checks the value's size, since it must drop the older value if the new one is too large.
  const larder_status checked = plugin::isExtension(op.opcode)
                                    ? plugin::checkExtension(op, kMaxKeySize, UINT64_MAX)
                                    : plugin::check(op, kMaxKeySize, UINT64_MAX);
  if (checked != LARDER_OK) return checked;
  if (op.deadline_ns != 0 && moment.ns() >= op.deadline_ns) return LARDER_DEADLINE;

  switch (op.opcode) {
    case LARDER_OP_PING: return LARDER_OK;
    case LARDER_OP_CLEAR_NAMESPACE: return clearNamespaceOf(op);
    case LARDER_OP_SCAN: return scanKeys(op, moment);
    case LARDER_OP_LOCK:
    case LARDER_OP_UNLOCK: return answerForLock(op, moment);
    default: return answerForKey(op, moment);
  }
}

larder_status LruBackend::answerForKey(larder_op& op, Moment& moment) {
  const Hashes hashes = hashesOf(op);
  const Access access{op, hashes.space, hashes.key, moment};
  const larder_status status = perform(shardOf(hashes.key), access);
  if (sizing_.samples(hashes.key) && sizing_.notice(access, status)) measureFill();
  return status;
}

larder_status LruBackend::perform(Shard& shard, const Access& access) {
  switch (access.op.opcode) {
    case LARDER_OP_GET: return shard.get(access);
    case LARDER_OP_SET: return shard.set(access);
    case LARDER_OP_DELETE: return shard.erase(access);
    case LARDER_OP_TOUCH: return shard.touch(access);
    case LARDER_OP_EXISTS: return shard.exists(access);
    case LARDER_OP_TTL: return shard.ttl(access);
    case LARDER_OP_INTROSPECT: return shard.introspect(access);
    case LARDER_OP_INCREMENT: return shard.increment(access);
    case LARDER_OP_COMPARE_SET: return shard.compareSet(access);
    default: return LARDER_UNSUPPORTED;
  }
}

void LruBackend::measureFill() {
  Shard::Usage sum;
  for (const auto& shard : shards_) {
    const Shard::Usage usage = shard->usage();
    sum.bytes += usage.bytes;
    sum.entries += usage.entries;
  }
  if (sum.entries != 0) sizing_.setFill(static_cast<double>(sum.entries) / static_cast<double>(sum.bytes));
}

// A lock is stored as an entry in a namespace derived from the one of the request.
constexpr std::string_view kLockSpaces = "larder.lock:";

larder_status LruBackend::answerForLock(larder_op& op, Moment& moment) {
  const std::string space = std::string(kLockSpaces).append(plugin::view(op.name_space));
  larder_op entry = op;
  entry.name_space = plugin::bytes(space);
  const Hashes hashes = hashesOf(entry);
  const Access access{entry, hashes.space, hashes.key, moment};
  Shard& shard = shardOf(hashes.key);
  return op.opcode == LARDER_OP_LOCK ? shard.lock(access) : shard.unlock(access);
}

// A cursor is the index of a shard and a position in its hash order.
larder_status LruBackend::scanKeys(larder_op& op, Moment& moment) {
  std::uint64_t cursor[2] = {0, 0};
  if (op.value.size != 0 && op.value.size != sizeof cursor) return LARDER_INVALID;
  if (op.value.size != 0) std::memcpy(cursor, op.value.data, sizeof cursor);
  auto& [shard, position] = cursor;
  if (shard >= shards_.size()) return LARDER_INVALID;

  std::vector<std::string> keys;
  position = shards_[shard]->scan(op, moment.ns(), position, keys);
  if (position >= EntryIndex::kEnd) {
    ++shard;
    position = 0;
  }
  const bool finished = shard == shards_.size();
  plugin::ScanResult result(
      finished ? std::string_view() : std::string_view(reinterpret_cast<const char*>(cursor), sizeof cursor));
  for (const auto& key : keys) result.add(key);
  result.lendTo(op);
  return LARDER_OK;
}

const void* LruBackend::extension(std::string_view id) noexcept {
  const bool known = id == LARDER_ATOMIC || id == LARDER_LOCK || id == LARDER_SCAN ||
                     id == LARDER_INTROSPECT || id == LARDER_SIZING;
  return known ? &plugin::implemented : nullptr;
}

larder_status LruBackend::clearNamespaceOf(const larder_op& op) {
  for (const auto& shard : shards_) shard->clearNamespace(plugin::view(op.name_space));
  sizing_.noticeClear(hashesOf(op).space);
  return LARDER_OK;
}

// Chosen by the high bits: the low bits choose the bucket within the shard.
Shard& LruBackend::shardOf(std::uint64_t hash) const { return *shards_[(hash >> 48) & (shards_.size() - 1)]; }

// Nothing here allocates, so nothing throws.
void LruBackend::keepHouse() {
  const std::uint64_t now = host_.monotonicNs();
  int locks = kLocksPerTurn;
  for (const auto& shard : shards_)
    while (shard->turn(now, kExpiredPerLock) && --locks > 0) std::this_thread::yield();
  for (const auto& arena : arenas_) arena->collapse(kHugePagesPerTurn);
  sizing_.turn(now);
}

// ---- snapshot ----

void LruBackend::restore() {
  std::uint64_t restored = 0;
  const std::int64_t now = host_.realtimeMs();
  for (const auto& shard : shards_) shard->beginRestoring();
  const std::string failure = snapshot_->restore([&](const SnapshotEntry& entry, std::int64_t savedAtMs) {
    restore(entry, std::max<std::int64_t>(now - savedAtMs, 0));
    ++restored;
  });
  for (const auto& shard : shards_) shard->endRestoring();
  if (!failure.empty())
    host_.warn("snapshot " + snapshot_->path() + ": " + failure + "; starting without it");
  if (restored != 0)
    host_.info("snapshot " + snapshot_->path() + ": restored " + std::to_string(restored) + " entries");
}

// The time to live keeps running between save and restore. An entry that does not fit is skipped.
void LruBackend::restore(const SnapshotEntry& entry, std::int64_t passedMs) {
  if (entry.ttlMs != LARDER_TTL_NONE && entry.ttlMs <= passedMs) return;
  if (entry.key.size() > kMaxKeySize || entry.space.size() > kMaxKeySize) return;
  larder_op op{};
  op.struct_size = sizeof op;
  op.opcode = LARDER_OP_SET;
  op.name_space = plugin::bytes(entry.space);
  op.key = plugin::bytes(entry.key);
  op.value = plugin::bytes(entry.value);
  op.ttl_ms = entry.ttlMs == LARDER_TTL_NONE ? LARDER_TTL_NONE : entry.ttlMs - passedMs;
  Moment moment(host_.raw());
  answerForKey(op, moment);
}

// Saves the coldest entries first, so that a smaller cache that restores them keeps the hottest and evicts in
// about the same order.
void LruBackend::save() noexcept {
  try {
    const std::uint64_t now = host_.monotonicNs();
    const std::string failure = snapshot_->save(host_.realtimeMs(), [&](SnapshotWriter& writer) {
      for (unsigned heat = 0; heat < Shard::kHeats; ++heat)
        for (const auto& shard : shards_) {
          const bool written = shard->visitHeat(heat, now, [&](const SnapshotEntry& entry) {
            return entry.space.starts_with(kLockSpaces) || writer.add(entry);
          });
          if (!written) return false;
        }
      return true;
    });
    if (!failure.empty()) host_.warn("snapshot: cannot save: " + failure);
  } catch (const std::exception& error) {
    try {
      host_.warn(std::string("snapshot: cannot save: ") + error.what());
    } catch (const std::bad_alloc&) {  // there is no memory left to build the message
    }
  }
}

void LruBackend::stats(larder_stats& stats) const noexcept {
  stats.entries = stats.bytes = stats.hits = stats.misses = stats.writes = stats.deletes = 0;
  stats.evictions = stats.expirations = stats.pending = stats.reconnects = 0;
  stats.capacity = orUnknown(plan_.total.bytes);
  stats.hits = gets_.hits();
  stats.misses = gets_.misses();
  stats.errors = errors_.load(std::memory_order_relaxed);
  for (const auto& shard : shards_) shard->addTo(stats);
}

void LruBackend::sizing(larder_sizing_report& report) const noexcept { sizing_.report(report); }

}  // namespace larder::lru
