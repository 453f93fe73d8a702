// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SHARD_PLAN_HPP
#define LARDER_LRU_SHARD_PLAN_HPP

#include "lru_shard.hpp"

#include <larder/plugin.hpp>

#include <cstdint>
#include <vector>

namespace larder::lru {

/// How the configured bounds are divided among shards: a power of two of them, whose limits add up to the
/// bounds exactly.
struct ShardPlan {
  std::vector<Limits> shards;
  std::uint64_t maxValueSize = 0;  ///< that each shard can hold, with a key and namespace up to 1 KiB

  /// Throws plugin::ConfigError.
  static ShardPlan from(const plugin::Settings& settings);
};

}  // namespace larder::lru

#endif
