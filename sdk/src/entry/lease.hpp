// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENTRY_LEASE_HPP
#define LARDER_ENTRY_LEASE_HPP

#include <string_view>

namespace larder {

/// Stands under a key that had no entry while somebody computes one, so that the entry can be stored on the
/// condition that nothing was erased, cleared or stored meanwhile. No version of entries begins with its
/// first byte, so every program takes it for a miss.
inline constexpr std::string_view kLease("\0lease", 6);

}  // namespace larder

#endif
