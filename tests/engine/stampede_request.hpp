// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENGINE_STAMPEDE_REQUEST_HPP
#define LARDER_ENGINE_STAMPEDE_REQUEST_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <utility>

namespace larder::tests {

/// Returns the request that all hosts of a stampede make.
inline CacheRequest stampedeRequest(Compute compute) {
  return {.nameSpace = "stampede",
          .key = KeyBuilder().field("k").build(),
          .expire = std::chrono::hours(1),
          .lockAcrossHosts = std::chrono::seconds(2),
          .compute = std::move(compute)};
}

}  // namespace larder::tests

#endif
