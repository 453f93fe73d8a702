// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TIERS_HPP
#define LARDER_TIERS_HPP

#include <larder/circuit_breaker.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace larder {

/// How two backends work as one: see Backend::openTiered and docs/tiers.md.
struct TierOptions {
  /// How long a copy in L1 is served at most. Without a value: 1 s, or 1 min where L2 tells of changes
  /// (larder.invalidation/1). It bounds how old a value can be that another host has replaced meanwhile.
  std::optional<std::chrono::milliseconds> l1Ttl{};
  /// Keys that are remembered whose write failed in L2; beyond, the whole namespace is cleared there.
  std::size_t maxRepairs = 10'000;
  /// Of L2. The engine has none for tiers: copies are served while L2 is left alone.
  CircuitOptions circuit{};
};

}  // namespace larder

#endif
