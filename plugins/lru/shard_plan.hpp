// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SHARD_PLAN_HPP
#define LARDER_LRU_SHARD_PLAN_HPP

#include "shard.hpp"

#include <larder/plugin.hpp>

#include <cstdint>
#include <vector>

namespace larder::lru {

/// Divides the configured bounds among the shards. Their number is a power of two, and their limits add up to
/// the bounds exactly.
struct ShardPlan {
  Policy policy = Policy::adaptive;
  Limits total;  ///< from the options, or from the system's memory
  std::vector<Limits> shards;
  std::uint64_t arenas = 1;      ///< each serves the same number of shards; a power of two
  std::uint64_t arenaBytes = 0;  ///< per arena
  std::uint32_t spanSize = 0;
  std::uint64_t maxValueSize = 0;  ///< that every shard can hold, with key and namespace of up to 1 KiB

  /// Throws plugin::ConfigError.
  static ShardPlan from(const plugin::Settings& settings);
};

}  // namespace larder::lru

#endif
