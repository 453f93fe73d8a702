// SPDX-License-Identifier: Apache-2.0
#include "expiry.hpp"

#include <larder/abi.h>

#include <algorithm>

namespace larder::memcached {

namespace {

constexpr std::int64_t kLargestRelative = 60 * 60 * 24 * 30;  // memcached treats larger numbers as dates

}  // namespace

std::int64_t expiresAt(std::int64_t ttlMs, std::int64_t nowMs) {
  if (ttlMs == LARDER_TTL_NONE || nowMs > kNever - LARDER_TTL_MAX_MS) return kNever;
  return nowMs + ttlMs;
}

std::int64_t remainingMs(std::int64_t expiresMs, std::int64_t nowMs) {
  return expiresMs == kNever ? LARDER_TTL_NONE : std::max<std::int64_t>(expiresMs - nowMs, 1);
}

std::time_t serverExpiry(std::int64_t expiresMs, std::int64_t nowMs) {
  if (expiresMs == kNever) return 0;
  const std::int64_t left = expiresMs > nowMs ? expiresMs - nowMs : 0;
  // Add one second: memcached counts in its own ticks, so "1" lasts between 0 and 1 s.
  const std::int64_t seconds = left / 1000 + (left % 1000 != 0 ? 1 : 0) + 1;
  if (seconds <= kLargestRelative) return static_cast<std::time_t>(seconds);

  // The server parses a signed 32-bit number. Later dates (after 2038) are left to the header.
  const std::int64_t date = nowMs / 1000 + 1 + seconds;
  return date > std::numeric_limits<std::int32_t>::max() ? 0 : static_cast<std::time_t>(date);
}

}  // namespace larder::memcached
