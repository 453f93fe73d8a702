// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_CAPABILITIES_HPP
#define LARDER_CONFORMANCE_CAPABILITIES_HPP

#include <larder/abi.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::conformance {

struct Capability {
  std::uint64_t bit;
  std::string_view name;
};

/// The LARDER_CAP_ bits of abi.h.
inline constexpr std::array kCapabilities = {Capability{LARDER_CAP_INLINE, "INLINE"},
                                             Capability{LARDER_CAP_ASYNC, "ASYNC"},
                                             Capability{LARDER_CAP_SHARED, "SHARED"},
                                             Capability{LARDER_CAP_PERSISTENT, "PERSISTENT"},
                                             Capability{LARDER_CAP_CONDITIONS, "CONDITIONS"},
                                             Capability{LARDER_CAP_VERSIONS, "VERSIONS"},
                                             Capability{LARDER_CAP_TTL, "TTL"},
                                             Capability{LARDER_CAP_CLEAR, "CLEAR"},
                                             Capability{LARDER_CAP_BLOCKING_DEADLINE, "BLOCKING_DEADLINE"}};

inline constexpr std::array<std::string_view, 5> kExtensions = {LARDER_ATOMIC, LARDER_LOCK, LARDER_SCAN,
                                                                LARDER_INTROSPECT, LARDER_INVALIDATION};

/// Returns the names of the bits of `wanted` that are missing from `declared`: "TTL, CLEAR"; empty if none
/// is.
std::string missingOf(std::uint64_t wanted, std::uint64_t declared);

}  // namespace larder::conformance

#endif
