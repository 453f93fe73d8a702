// SPDX-License-Identifier: Apache-2.0
#include "shard_plan.hpp"

#include "system_memory.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <thread>

namespace larder::lru {
namespace {

constexpr std::uint64_t kMinBytes = 4096;

// The part of a shard that the largest value leaves for its span, namespace, key and rounding.
constexpr std::uint64_t kRoomBesideValue = 2048;
constexpr std::uint64_t kRoomBesideMapped = 8192;

// A bound, so that one value cannot exhaust the machine; no realistic value is larger.
constexpr std::uint64_t kLargestValue = Block::kMaxValueSize;

// Without max_bytes a cache may take one part in this many of the process's memory, which leaves room for
// other caches and the program itself.
constexpr std::uint64_t kShareOfMemory = 8;

// A shard has at least this many spans, since each size class in use has one that is not full.
constexpr std::uint64_t kSpansPerShard = 256;
constexpr std::uint64_t kLeastSpan = 512;
constexpr std::uint64_t kMostSpan = 64 * 1024;

// An arena has addresses for at least this many bytes of the smallest blocks.
constexpr std::uint64_t kBytesPerArena = std::uint64_t{1} << 30;

// The automatic choice makes no shard smaller than this: smaller shards evict unevenly and refuse values that
// the whole cache has room for.
constexpr std::uint64_t kLeastShardBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kLeastShardEntries = 4096;

constexpr std::uint64_t kLeastShards = 16;  // if the cache is large enough
constexpr std::uint64_t kMostShards = 64;
constexpr std::uint64_t kShardsPerThread = 4;

std::uint64_t bound(const plugin::Settings& settings, std::string_view name) {
  const auto number = static_cast<std::uint64_t>(settings.number(name));
  return number == 0 ? Limits::kUnbounded : number;
}

std::uint64_t chooseShardCount(Limits total) {
  const std::uint64_t useful =
      std::clamp(kShardsPerThread * std::thread::hardware_concurrency(), kLeastShards, kMostShards);
  const std::uint64_t by_size = std::min(total.bytes / kLeastShardBytes, total.entries / kLeastShardEntries);
  return std::bit_floor(std::clamp<std::uint64_t>(by_size, 1, useful));
}

std::uint64_t shardCount(const plugin::Settings& settings, Limits total) {
  const auto count = static_cast<std::uint64_t>(settings.number("shards"));
  if (count == 0) return chooseShardCount(total);
  if (!std::has_single_bit(count))
    throw plugin::ConfigError("shards: " + std::to_string(count) +
                              " is no power of two; use 1, 2, 4 .. 256, "
                              "or 0 to let the backend choose");
  if (total.entries < count || total.bytes / count < kMinBytes)
    throw plugin::ConfigError("shards: " + std::to_string(count) +
                              " is too many for this max_bytes and "
                              "max_entries; each shard needs 4KiB and one entry");
  return count;
}

// Returns the share of shard `i`; the first shards take the remainder of the division.
std::uint64_t share(std::uint64_t total, std::uint64_t count, std::uint64_t i) {
  if (total == Limits::kUnbounded) return total;
  return total / count + (i < total % count ? 1 : 0);
}

}  // namespace

ShardPlan ShardPlan::from(const plugin::Settings& settings) {
  Limits total{bound(settings, "max_bytes"), bound(settings, "max_entries")};
  const std::uint64_t memory = systemMemory();
  if (!settings.has("max_bytes")) total.bytes = std::max(memory / kShareOfMemory, kLeastShardBytes);
  if (total.bytes == Limits::kUnbounded && total.entries == Limits::kUnbounded)
    throw plugin::ConfigError("max_bytes and max_entries are both 0, which bounds nothing; set one of them");
  const std::string_view policy = settings.text("policy");
  if (policy != "adaptive" && policy != "lru")
    throw plugin::ConfigError("policy: \"" + std::string(policy) + "\" is unknown; use adaptive or lru");
  if (total.bytes < kMinBytes)
    throw plugin::ConfigError("max_bytes: " + std::to_string(total.bytes) +
                              " is too small; use 4KiB or more, "
                              "or 0 for no bound in bytes");

  const std::uint64_t count = shardCount(settings, total);
  ShardPlan plan;
  plan.total = total;
  plan.policy = settings.text("policy") == "lru" ? Policy::lru : Policy::adaptive;
  for (std::uint64_t i = 0; i < count; ++i)
    plan.shards.push_back({share(total.bytes, count, i), share(total.entries, count, i)});

  // Without a bound in bytes, the addresses are bounded by the system's memory.
  const std::uint64_t bytes = std::min(total.bytes, memory);
  plan.arenas = std::clamp<std::uint64_t>(std::bit_floor(bytes / kBytesPerArena), 1, count);
  plan.arenaBytes = bytes / plan.arenas;
  plan.spanSize = static_cast<std::uint32_t>(
      std::clamp(std::bit_floor(bytes / count / kSpansPerShard), kLeastSpan, kMostSpan));
  const std::uint64_t shard_bytes = plan.shards.back().bytes;
  const std::uint64_t beside =
      shard_bytes >= 8 * kMostSpan ? kMostSpan + kRoomBesideMapped : kRoomBesideValue;
  plan.maxValueSize = std::min(shard_bytes - beside, kLargestValue);
  return plan;
}

}  // namespace larder::lru
