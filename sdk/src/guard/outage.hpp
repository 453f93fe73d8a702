// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_GUARD_OUTAGE_HPP
#define LARDER_GUARD_OUTAGE_HPP

#include <larder/backend.hpp>

#include <span>

namespace larder {

/// Returns whether the store has answered at all. One answer among several is enough, since a store with many
/// servers may lack some of them.
bool answered(std::span<const Outcome> outcomes);

}  // namespace larder

#endif
