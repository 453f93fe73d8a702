// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_LIFETIME_HPP
#define LARDER_RESPONSE_CACHE_LIFETIME_HPP

#include <larder/cache.hpp>
#include <larder/policy.hpp>

#include <chrono>
#include <optional>

#include <larder/http/response.hpp>

namespace larder::http {

/// Returns the age of a response as its handler returns it, from Age and Date (RFC 9111 4.2.3). Here and
/// below, `now` is wall-clock time.
std::chrono::seconds ageOf(const Headers& response, std::chrono::milliseconds now);

/// Returns the freshness lifetime by the handler's fields, less the response's age; 0 or less: not fresh.
/// Returns nullopt if the fields give none (RFC 9111 4.2.1), or the policy ignores them.
std::optional<std::chrono::milliseconds> ownLifetime(const CachePolicy& policy, const Headers& response,
                                                     std::chrono::milliseconds now);

/// Returns whether a response that must be validated before use is stored for validation.
bool isKeptToBeValidated(const CachePolicy& policy, const Response& response);

/// Returns the response's own stale windows, where they differ from the policy's. `kept` is its fresh
/// lifetime; 0: never fresh.
StaleWindows staleWindowsOf(const CachePolicy& policy, const Response& response,
                            std::chrono::milliseconds kept);

/// Returns how long the response is stored after it expires: while it may be served stale or validated.
std::chrono::milliseconds timeAfterExpiry(const CachePolicy& policy, const Response& response,
                                          const StaleWindows& windows);

}  // namespace larder::http

#endif
