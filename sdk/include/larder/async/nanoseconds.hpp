// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_NANOSECONDS_HPP
#define LARDER_ASYNC_NANOSECONDS_HPP

#include <chrono>
#include <cstdint>

namespace larder::plugin {

inline constexpr std::uint64_t nsPerMs = 1'000'000;

/// Converts a duration to nanoseconds, the unit of the host's clock.
constexpr std::uint64_t nanoseconds(std::chrono::nanoseconds duration) {
  return static_cast<std::uint64_t>(duration.count());
}

}  // namespace larder::plugin

#endif
