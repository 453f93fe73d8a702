// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_REFERENCE_POLICY_HPP
#define LARDER_COMMANDS_REFERENCE_POLICY_HPP

#include <cstdint>
#include <string>

#include "commands/trace.hpp"

namespace larder::host {

/// The results of a replay.
struct ReplayCount {
  std::uint64_t requests = 0;
  std::uint64_t misses = 0;
  std::uint64_t bytes = 0;  ///< of all requests together; 0 if the trace has no sizes
  std::uint64_t missedBytes = 0;
};

/// Replays a trace on a simulated cache, for comparison: "lru", or "opt", which knows the future and evicts
/// the object whose next use is latest. `capacity` is in objects, or in bytes if the trace has sizes. Throws
/// std::invalid_argument for another name.
ReplayCount replayReference(const std::string& policy, const Trace& trace, std::uint64_t capacity);

}  // namespace larder::host

#endif
