// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SHARD_PLAN_HPP
#define LARDER_LRU_SHARD_PLAN_HPP

#include "shard.hpp"

#include <larder/plugin.hpp>

#include <cstdint>
#include <vector>

namespace larder::lru {

/// How the configured bounds are divided among shards: a power of two of them, whose limits add up to the
/// bounds exactly.
struct ShardPlan {
  Policy policy = Policy::adaptive;
  Limits total;  ///< by the options, or by the system's memory
  std::vector<Limits> shards;
  std::uint64_t arenas = 1;      ///< of which each serves as many shards; a power of two
  std::uint64_t arenaBytes = 0;  ///< for each of them
  std::uint32_t spanSize = 0;
  std::uint64_t maxValueSize = 0;  ///< that each shard can hold, with a key and namespace up to 1 KiB

  /// Throws plugin::ConfigError.
  static ShardPlan from(const plugin::Settings& settings);
};

}  // namespace larder::lru

#endif
