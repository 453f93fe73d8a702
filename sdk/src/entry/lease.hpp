// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENTRY_LEASE_HPP
#define LARDER_ENTRY_LEASE_HPP

#include <string_view>

namespace larder {

/// A placeholder stored under a key without an entry while one is being computed. It lets the entry be stored
/// on the condition that nothing was erased, cleared or stored meanwhile. Its first byte is not a version of
/// entries, so every program treats it as a miss.
inline constexpr std::string_view kLease("\0lease", 6);

}  // namespace larder

#endif
