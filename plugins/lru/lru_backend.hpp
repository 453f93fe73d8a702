// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_LRU_BACKEND_HPP
#define LARDER_LRU_LRU_BACKEND_HPP

#include "lru_shard.hpp"
#include "shard_plan.hpp"

#include <larder/plugin.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace larder::lru {

/// The backend in the host's own memory: a bounded cache that drops what was not used for longest.
///
/// Completes every operation inside submit and starts no thread. A hit copies nothing and allocates
/// nothing. Keys are spread over shards by a hash with a random seed, so that whoever chooses keys can't
/// make them collide.
class LruBackend final : public plugin::Backend {
 public:
  static plugin::Info info();

  LruBackend(plugin::Host host, const plugin::Settings& settings);

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE | plugin::allCoreCapabilities; }
  std::uint64_t maxKeySize() const override;
  std::uint64_t maxValueSize() const override { return plan_.maxValueSize; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override;
  void stats(larder_stats& stats) const noexcept override;
  const void* extension(std::string_view id) noexcept override;

 private:
  larder_status answer(larder_op& op, std::uint64_t nowNs);
  larder_status answerForKey(larder_op& op, std::uint64_t nowNs);
  larder_status answerForLock(larder_op& op, std::uint64_t nowNs);
  larder_status scanKeys(larder_op& op, std::uint64_t nowNs);
  larder_status clearNamespaceOf(const larder_op& op);
  LruShard& shardOf(std::uint64_t hash) const;

  const plugin::Host host_;
  const std::uint64_t hashSeed_;
  const ShardPlan plan_;
  const std::uint64_t capacity_;  // bytes, or LARDER_STAT_UNKNOWN
  std::vector<std::unique_ptr<LruShard>> shards_;
  std::atomic<std::uint64_t> errors_{0};
};

}  // namespace larder::lru

#endif
