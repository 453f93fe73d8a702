// SPDX-License-Identifier: Apache-2.0
//
// Saving and restoring a shard.
#include "shard.hpp"

#include <algorithm>
#include <mutex>

namespace larder::lru {
namespace {

constexpr std::uint64_t kNsOfMs = 1'000'000;

// Returns how far an entry in a queue is from eviction; 0: evicted first.
unsigned heatOf(const Block& block) {
  const unsigned hits = block.hits.load(std::memory_order_relaxed);
  if (block.place == Place::small) return hits < 2 ? 0 : 2;
  return std::min(1 + hits, Shard::kHeats - 1);
}

}  // namespace

void Shard::beginRestoring() {
  const std::lock_guard guard(lock_);
  queues_.setRestoring(true);
}

void Shard::endRestoring() {
  const std::lock_guard guard(lock_);
  queues_.setRestoring(false);
}

bool Shard::visitHeat(unsigned heat, std::uint64_t nowNs,
                      const std::function<bool(const SnapshotEntry&)>& visit) {
  const std::lock_guard guard(lock_);
  std::uint64_t position = 0;
  bool wanted = true;
  queues_.visitOldestFirst([&](BlockRef ref) {
    const Block& block = arena_.at(ref);
    // With Policy::lru, the position in the queue is the only measure of heat.
    const unsigned own =
        policy_ == Policy::lru ? static_cast<unsigned>(position++ * kHeats / index_.size()) : heatOf(block);
    if (own != heat || dead(block, nowNs)) return true;
    SnapshotEntry entry;
    entry.space = block.space().name;
    entry.key = {block.bytes(largestBlock_), block.keySize()};
    entry.value = valueOf(block);
    const std::uint64_t expires = block.expiresNs();
    entry.ttlMs = expires == Block::kNeverExpires
                      ? LARDER_TTL_NONE
                      : static_cast<std::int64_t>((expires - nowNs + kNsOfMs - 1) / kNsOfMs);
    wanted = visit(entry);
    return wanted;
  });
  return wanted;
}

}  // namespace larder::lru
