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

/// How two backends work as one: see openTiers and docs/tiers.md.
struct TierOptions {
  /// How long a copy in L1 is served at most. Without a value: 1 s, or 1 min where L2 tells of changes
  /// (larder.invalidation/1). It bounds how old a value can be that another host has replaced meanwhile.
  std::optional<std::chrono::milliseconds> l1Ttl{};
  /// Keys that are remembered whose write failed in L2; beyond, the whole namespace is cleared there.
  std::size_t maxRepairs = 10'000;
  /// Of L2. The engine has none for tiers: copies are served while L2 is left alone.
  CircuitOptions circuit{};
};

/// Opens one backend made of two: `l1`, in this process, in front of `l2`, which other hosts may share.
/// docs/tiers.md says what it promises. Throws SettingError if they cannot work together. `services` must
/// outlive the backend.
std::unique_ptr<Backend> openTiers(std::string name, std::unique_ptr<Backend> l1, std::unique_ptr<Backend> l2,
                                   const TierOptions& options, HostServices& services);

/// The statistics of L1 and L2, each with its name; empty if `backend` is not one of openTiers(). Any thread
/// may call it; never blocks.
std::vector<std::pair<std::string, larder_stats>> tierStats(const Backend& backend);

}  // namespace larder

#endif
