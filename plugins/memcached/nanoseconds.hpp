// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_NANOSECONDS_HPP
#define LARDER_MEMCACHED_NANOSECONDS_HPP

#include <chrono>
#include <cstdint>

namespace larder::memcached {

/// Converts a duration to nanoseconds, the unit of the host's clock. `time` must not be negative.
constexpr std::uint64_t toNs(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(time).count());
}

}  // namespace larder::memcached

#endif
