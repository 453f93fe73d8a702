// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_RESPONSE_DIRECTIVES_HPP
#define LARDER_RESPONSE_CACHE_RESPONSE_DIRECTIVES_HPP

#include <larder/policy.hpp>

#include <chrono>
#include <optional>
#include <string_view>

#include <larder/http/headers.hpp>

namespace larder::http {

/// What a handler's response says to this cache (RFC 9111 5.2.2, RFC 5861). Of a directive that stands there
/// twice the shorter time counts.
struct ResponseDirectives {
  bool targeted = false;  ///< it says so in a field of CachePolicy::targetedBy: its Expires is for others
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

  /// A response to a request with Authorization may be kept for everyone (RFC 9111 3.5).
  bool isForEveryone() const { return isPublic || mustRevalidate || sharedMaxAge; }
  /// It must not be served after it expired without being validated (RFC 9111 4.2.4).
  bool forbidStale() const { return mustRevalidate || proxyRevalidate || sharedMaxAge || noCache; }
};

/// Those of the policy's first target field that is there and valid, else those of Cache-Control (RFC 9213
/// 2.1).
ResponseDirectives directivesOf(const CachePolicy& policy, const Headers& response);

/// Seconds as a directive's argument has them, also in quotes; more than 2^31 are that many (RFC 9111 1.2.2).
/// nullopt for anything else.
std::optional<std::chrono::seconds> deltaSeconds(std::string_view text);

/// The argument of that directive of the request's Cache-Control, the first that is one.
std::optional<std::chrono::seconds> requestDirective(const Headers& request, std::string_view directive);

/// For how long after it expired the request takes a response, by its max-stale (RFC 9111 5.2.1.2): 2^31
/// seconds without an argument. nullopt: it has none.
std::optional<std::chrono::seconds> maxStaleOf(const Headers& request);

}  // namespace larder::http

#endif
