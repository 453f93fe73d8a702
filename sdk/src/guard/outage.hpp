// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_GUARD_OUTAGE_HPP
#define LARDER_GUARD_OUTAGE_HPP

#include <larder/backend.hpp>

#include <span>

namespace larder {

/// Whether a store has given a sign of life: one answer among several is one, for of a store with many
/// servers some may be missing.
bool answered(std::span<const Outcome> outcomes);

}  // namespace larder

#endif
