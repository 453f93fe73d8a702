// SPDX-License-Identifier: Apache-2.0
// Two clocks expire an entry: the exact time in its header, which decides, and memcached's own coarse clock,
// which only frees the memory and so must never be first.
#ifndef LARDER_MEMCACHED_EXPIRY_HPP
#define LARDER_MEMCACHED_EXPIRY_HPP

#include <cstdint>
#include <ctime>
#include <limits>

namespace larder::memcached {

/// The expiry of an entry that lasts until it is evicted.
inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// Returns when an entry with this time to live expires, in milliseconds of real time. `ttlMs` is defined as
/// in abi.h.
std::int64_t expiresAt(std::int64_t ttlMs, std::int64_t nowMs);

/// Returns true once `nowMs` has reached the expiry.
inline bool hasExpired(std::int64_t expiresMs, std::int64_t nowMs) { return expiresMs <= nowMs; }

/// Returns the remaining time of a live entry in milliseconds: at least 1, or LARDER_TTL_NONE.
std::int64_t remainingMs(std::int64_t expiresMs, std::int64_t nowMs);

/// Returns the expiry to send to memcached: 0 (never), seconds from now, or a Unix date if more than 30 days
/// away. The server drops the entry at `expiresMs` or slightly later.
std::time_t serverExpiry(std::int64_t expiresMs, std::int64_t nowMs);

}  // namespace larder::memcached

#endif
