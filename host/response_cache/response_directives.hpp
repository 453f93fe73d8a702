// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_RESPONSE_DIRECTIVES_HPP
#define LARDER_RESPONSE_CACHE_RESPONSE_DIRECTIVES_HPP

#include <larder/policy.hpp>

#include <chrono>
#include <optional>
#include <string_view>

#include <larder/http/headers.hpp>

namespace larder::http {

/// The caching directives of a handler's response (RFC 9111 5.2.2, RFC 5861). If a directive occurs twice,
/// the shorter time applies.
struct ResponseDirectives {
  bool targeted = false;  ///< from a field of CachePolicy::targetedBy, so Expires does not apply
  bool isPublic = false;
  bool isPrivate = false;
  bool noStore = false;
  bool noCache = false;
  bool mustUnderstand = false;
  bool mustRevalidate = false;
  bool proxyRevalidate = false;
  std::optional<std::chrono::seconds> maxAge{};
  std::optional<std::chrono::seconds> sharedMaxAge{};
  std::optional<std::chrono::seconds> staleWhileRevalidate{};
  std::optional<std::chrono::seconds> staleIfError{};

  /// Returns whether a response to a request with Authorization may be shared (RFC 9111 3.5).
  bool isForEveryone() const { return isPublic || mustRevalidate || sharedMaxAge; }
  /// Returns whether the response must be validated once it has expired (RFC 9111 4.2.4).
  bool forbidStale() const { return mustRevalidate || proxyRevalidate || sharedMaxAge || noCache; }
};

/// Returns the directives of the first valid target field that the policy names, else of Cache-Control (RFC
/// 9213 2.1).
ResponseDirectives directivesOf(const CachePolicy& policy, const Headers& response);

/// Parses a directive's seconds, quoted or not, and caps them at 2^31 (RFC 9111 1.2.2). Returns nullopt for
/// anything else.
std::optional<std::chrono::seconds> deltaSeconds(std::string_view text);

/// Returns the first valid argument of that directive in the request's Cache-Control.
std::optional<std::chrono::seconds> requestDirective(const Headers& request, std::string_view directive);

/// Returns how long after its expiry the request accepts a response, by its max-stale (RFC 9111 5.2.1.2):
/// 2^31 seconds without an argument, nullopt without max-stale.
std::optional<std::chrono::seconds> maxStaleOf(const Headers& request);

}  // namespace larder::http

#endif
