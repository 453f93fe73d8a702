// SPDX-License-Identifier: Apache-2.0
#include "lru_backend.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace larder::lru {
namespace {

constexpr std::uint64_t kMaxKeySize = 64 * 1024;

constexpr larder_option kOptions[] = {
    plugin::option("max_bytes", LARDER_OPTION_SIZE, "256MiB",
                   "memory for entries with their overhead, at least 4KiB; 0: bounded by max_entries alone",
                   0, std::int64_t{1} << 46),
    plugin::option("max_entries", LARDER_OPTION_INTEGER, "0",
                   "number of entries; 0: bounded by max_bytes alone", 0, std::int64_t{1} << 40),
    plugin::option("shards", LARDER_OPTION_INTEGER, "0",
                   "parts with a lock each, a power of two; 0: chosen by size and processors", 0, 256),
};

// The namespace's hash is the seed of the key's, so that moving bytes from one to the other changes it.
std::uint64_t hashOf(const larder_op& op, std::uint64_t seed) {
  const auto space = plugin::view(op.name_space);
  const auto key = plugin::view(op.key);
  return XXH3_64bits_withSeed(key.data(), key.size(), XXH3_64bits_withSeed(space.data(), space.size(), seed));
}

std::uint64_t configuredBytes(const plugin::Settings& settings) {
  const auto bytes = static_cast<std::uint64_t>(settings.number("max_bytes"));
  return bytes == 0 ? LARDER_STAT_UNKNOWN : bytes;
}

}  // namespace

plugin::Info LruBackend::info() {
  return {"The Larder authors", "Apache-2.0", kOptions, std::size(kOptions)};
}

LruBackend::LruBackend(plugin::Host host, const plugin::Settings& settings)
    : host_(host),
      hashSeed_(host.random64()),
      plan_(ShardPlan::from(settings)),
      capacity_(configuredBytes(settings)) {
  for (const Limits& limits : plan_.shards)
    shards_.push_back(std::make_unique<LruShard>(limits, plan_.maxValueSize));
}

std::uint64_t LruBackend::maxKeySize() const { return kMaxKeySize; }

void LruBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  const std::uint64_t nowNs = host_.monotonicNs();
  for (std::uint32_t i = 0; i < count; ++i) {
    larder_op& op = *ops[i];
    try {
      results[i] = answer(op, nowNs);
    } catch (const std::bad_alloc&) {
      results[i] = LARDER_NO_MEMORY;
    }
    plugin::releaseDonation(op);
    if (results[i] < 0) errors_.fetch_add(1, std::memory_order_relaxed);
  }
}

larder_status LruBackend::answer(larder_op& op, std::uint64_t nowNs) {
  // The size of the value is left to the shard: it drops the older value if the new one is too large.
  const larder_status checked = plugin::isExtension(op.opcode)
                                    ? plugin::checkExtension(op, kMaxKeySize, UINT64_MAX)
                                    : plugin::check(op, kMaxKeySize, UINT64_MAX);
  if (checked != LARDER_OK) return checked;
  if (op.deadline_ns != 0 && nowNs >= op.deadline_ns) return LARDER_DEADLINE;

  switch (op.opcode) {
    case LARDER_OP_PING: return LARDER_OK;
    case LARDER_OP_CLEAR_NAMESPACE: return clearNamespaceOf(op);
    case LARDER_OP_SCAN: return scanKeys(op, nowNs);
    case LARDER_OP_LOCK:
    case LARDER_OP_UNLOCK: return answerForLock(op, nowNs);
    default: return answerForKey(op, nowNs);
  }
}

larder_status LruBackend::answerForKey(larder_op& op, std::uint64_t nowNs) {
  const std::uint64_t hash = hashOf(op, hashSeed_);
  const Access access{op, hash, nowNs};
  LruShard& shard = shardOf(hash);
  switch (op.opcode) {
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

// A lock is an entry in a namespace beside the one it was asked for.
larder_status LruBackend::answerForLock(larder_op& op, std::uint64_t nowNs) {
  const std::string space = "larder.lock:" + std::string(plugin::view(op.name_space));
  larder_op entry = op;
  entry.name_space = plugin::bytes(space);
  const std::uint64_t hash = hashOf(entry, hashSeed_);
  const Access access{entry, hash, nowNs};
  return op.opcode == LARDER_OP_LOCK ? shardOf(hash).lock(access) : shardOf(hash).unlock(access);
}

// A cursor is the number of a shard and of a bucket in it.
larder_status LruBackend::scanKeys(larder_op& op, std::uint64_t nowNs) {
  std::uint64_t cursor[2] = {0, 0};
  if (op.value.size != 0 && op.value.size != sizeof cursor) return LARDER_INVALID;
  if (op.value.size != 0) std::memcpy(cursor, op.value.data, sizeof cursor);
  auto& [shard, bucket] = cursor;
  if (shard >= shards_.size()) return LARDER_INVALID;

  std::vector<std::string> keys;
  bucket = shards_[shard]->scan(op, nowNs, bucket, keys);
  if (bucket == LruShard::kNoBucket) {
    ++shard;
    bucket = 0;
  }
  const bool finished = shard == shards_.size();
  plugin::ScanResult result(
      finished ? std::string_view() : std::string_view(reinterpret_cast<const char*>(cursor), sizeof cursor));
  for (const auto& key : keys) result.add(key);
  result.lendTo(op);
  return LARDER_OK;
}

const void* LruBackend::extension(std::string_view id) noexcept {
  const bool known = id == LARDER_ATOMIC || id == LARDER_LOCK || id == LARDER_SCAN || id == LARDER_INTROSPECT;
  return known ? &plugin::implemented : nullptr;
}

larder_status LruBackend::clearNamespaceOf(const larder_op& op) {
  for (const auto& shard : shards_) shard->clearNamespace(plugin::view(op.name_space));
  return LARDER_OK;
}

// By the high bits: the low ones choose the bucket within the shard.
LruShard& LruBackend::shardOf(std::uint64_t hash) const {
  return *shards_[(hash >> 48) & (shards_.size() - 1)];
}

void LruBackend::stats(larder_stats& stats) const noexcept {
  stats.entries = stats.bytes = stats.hits = stats.misses = stats.writes = stats.deletes = 0;
  stats.evictions = stats.expirations = stats.pending = stats.reconnects = 0;
  stats.capacity = capacity_;
  stats.errors = errors_.load(std::memory_order_relaxed);
  for (const auto& shard : shards_) shard->addTo(stats);
}

}  // namespace larder::lru

LARDER_PLUGIN(larder::lru::LruBackend, "lru", "0.2.0")
