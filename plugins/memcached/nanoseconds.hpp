// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_NANOSECONDS_HPP
#define LARDER_MEMCACHED_NANOSECONDS_HPP

#include <chrono>
#include <cstdint>

namespace larder::memcached {

/// As the host's clock counts; `time` is not negative.
constexpr std::uint64_t toNs(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(time).count());
}

}  // namespace larder::memcached

#endif
