// SPDX-License-Identifier: Apache-2.0
//
// Two clocks end an entry: the exact moment in its header, which decides, and memcached's own coarse one,
// which only frees the memory and so must never come first.
#ifndef LARDER_MEMCACHED_EXPIRY_HPP
#define LARDER_MEMCACHED_EXPIRY_HPP

#include <cstdint>
#include <ctime>
#include <limits>

namespace larder::memcached {

/// The moment of an entry that lasts until it is evicted.
inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// When an entry with this time to live ends, in milliseconds of real time. `ttlMs` is as abi.h has it.
std::int64_t expiresAt(std::int64_t ttlMs, std::int64_t nowMs);

/// True from the moment itself on.
inline bool hasExpired(std::int64_t expiresMs, std::int64_t nowMs) { return expiresMs <= nowMs; }

/// What is left of a live entry: 1 or more, or LARDER_TTL_NONE.
std::int64_t remainingMs(std::int64_t expiresMs, std::int64_t nowMs);

/// The number to send to memcached: 0 (for ever), seconds from now, or a unix date beyond 30 days, such that
/// the server drops the entry at `expiresMs` or a little later.
std::time_t serverExpiry(std::int64_t expiresMs, std::int64_t nowMs);

}  // namespace larder::memcached

#endif
