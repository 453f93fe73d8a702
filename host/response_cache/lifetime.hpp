// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_LIFETIME_HPP
#define LARDER_RESPONSE_CACHE_LIFETIME_HPP

#include <larder/cache.hpp>
#include <larder/policy.hpp>

#include <chrono>
#include <optional>

#include <larder/http/response.hpp>

namespace larder::http {

/// How old a response is when its handler returns it, as its Age and Date say (RFC 9111 4.2.3). `now` is the
/// wall clock, here and below.
std::chrono::seconds ageOf(const Headers& response, std::chrono::milliseconds now);

/// How long it stays fresh by its handler's fields, of which its age is taken off; 0 or less: it does not.
/// nullopt if it says nothing (RFC 9111 4.2.1), or nothing that counts by the policy.
std::optional<std::chrono::milliseconds> ownLifetime(const CachePolicy& policy, const Headers& response,
                                                     std::chrono::milliseconds now);

/// Whether a response that must not be served without validation is kept to be validated.
bool isKeptToBeValidated(const CachePolicy& policy, const Response& response);

/// For how long it may be served after it expired, where that differs from what the policy says. `kept`: how
/// long it is fresh; 0: never.
StaleWindows staleWindowsOf(const CachePolicy& policy, const Response& response,
                            std::chrono::milliseconds kept);

/// For how long it is kept after it expired: while it may be served, or validated.
std::chrono::milliseconds timeAfterExpiry(const CachePolicy& policy, const Response& response,
                                          const StaleWindows& windows);

}  // namespace larder::http

#endif
