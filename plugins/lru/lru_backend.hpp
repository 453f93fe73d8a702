// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_LRU_BACKEND_HPP
#define LARDER_LRU_LRU_BACKEND_HPP

#include "get_counters.hpp"
#include "housekeeper.hpp"
#include "shard.hpp"
#include "shard_plan.hpp"
#include "sizing_estimate.hpp"
#include "snapshot_file.hpp"

#include <larder/plugin.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

// The plugin's name and version, linked or loaded. Macros, since the file's note needs string literals.
#define LARDER_LRU_NAME "lru"
#define LARDER_LRU_VERSION "0.2.0"

namespace larder::lru {

/// The in-memory backend: a bounded cache whose eviction adapts to the workload.
///
/// Completes every operation inside submit; its only thread drops expired entries. A hit takes no lock,
/// copies nothing and allocates nothing. Keys are spread over shards by a hash with a random seed, so that
/// callers cannot choose keys that collide.
class LruBackend final : public plugin::Backend {
 public:
  static plugin::Info info();

  LruBackend(plugin::Host host, const plugin::Settings& settings);
  ~LruBackend() override;

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE | plugin::allCoreCapabilities; }
  std::uint64_t maxKeySize() const override;
  std::uint64_t maxValueSize() const override { return plan_.maxValueSize; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override;
  void stats(larder_stats& stats) const noexcept override;
  void sizing(larder_sizing_report& report) const noexcept override;
  const void* extension(std::string_view id) noexcept override;

 private:
  struct Hashes {
    std::uint64_t space;
    std::uint64_t key;
  };

  Hashes hashesOf(const larder_op& op) const;
  void prefetch(larder_op* const* ops, std::uint32_t count) const;
  larder_status answer(larder_op& op, Moment& moment);
  larder_status answerForKey(larder_op& op, Moment& moment);
  static larder_status perform(Shard& shard, const Access& access);
  void measureFill();
  larder_status answerForLock(larder_op& op, Moment& moment);
  larder_status scanKeys(larder_op& op, Moment& moment);
  larder_status clearNamespaceOf(const larder_op& op);
  Shard& shardOf(std::uint64_t hash) const;
  void keepHouse();
  void restore();
  void restore(const SnapshotEntry& entry, std::int64_t passedMs);
  void save() noexcept;

  const plugin::Host host_;
  const std::uint64_t hashSeed_;
  const ShardPlan plan_;
  std::vector<std::unique_ptr<Arena>> arenas_;
  std::vector<std::unique_ptr<Shard>> shards_;
  GetCounters gets_;
  SizingEstimate sizing_;
  std::atomic<std::uint64_t> errors_{0};
  std::optional<SnapshotFile> snapshot_;
  std::optional<Housekeeper> housekeeper_;  // last: its thread uses all of the above
};

}  // namespace larder::lru

#endif
