// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TIERS_HPP
#define LARDER_TIERS_HPP

#include <larder/backend.hpp>
#include <larder/circuit_breaker.hpp>
#include <larder/host_services.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace larder {

/// Options for combining two backends: see openTiers and docs/tiers.md.
struct TierOptions {
  /// The longest time that a copy in L1 is served. Not set: 1 s, or 1 min if L2 reports changes
  /// (larder.invalidation/1). Bounds how stale a value can be that another host has replaced.
  std::optional<std::chrono::milliseconds> l1Ttl{};
  /// The number of keys remembered because their write to L2 failed; beyond it, the whole namespace is
  /// cleared in L2.
  std::size_t maxRepairs = 10'000;
  /// The circuit breaker of L2. The engine has none for tiers, because copies are served while the circuit of
  /// L2 is open.
  CircuitOptions circuit{};
};

/// Combines two backends into one: `l1`, in this process, in front of `l2`, which other hosts may share.
/// docs/tiers.md states the guarantees. Throws SettingError if they cannot work together. `services` must
/// outlive the backend.
std::unique_ptr<Backend> openTiers(std::string name, std::unique_ptr<Backend> l1, std::unique_ptr<Backend> l2,
                                   const TierOptions& options, HostServices& services);

/// Returns the statistics of L1 and L2, each with its name; empty if `backend` was not made by openTiers().
/// Callable from any thread; never blocks.
std::vector<std::pair<std::string, larder_stats>> tierStats(const Backend& backend);

}  // namespace larder

#endif
