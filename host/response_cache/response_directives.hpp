// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_RESPONSE_DIRECTIVES_HPP
#define LARDER_RESPONSE_CACHE_RESPONSE_DIRECTIVES_HPP

#include <chrono>
#include <optional>
#include <string_view>

#include <larder/http/headers.hpp>

namespace larder::http {

/// What the Cache-Control of a handler's response says (RFC 9111 5.2.2, RFC 5861). Of a directive that stands
/// there twice the shorter time counts.
struct ResponseDirectives {
  bool isPublic = false;
  bool mustRevalidate = false;
  bool proxyRevalidate = false;
  bool noCache = false;
  std::optional<std::chrono::seconds> maxAge{};
  std::optional<std::chrono::seconds> sharedMaxAge{};
  std::optional<std::chrono::seconds> staleWhileRevalidate{};
  std::optional<std::chrono::seconds> staleIfError{};

  /// A response to a request with Authorization may be kept for everyone (RFC 9111 3.5).
  bool isForEveryone() const { return isPublic || mustRevalidate || sharedMaxAge; }
  /// It must not be served after it expired without being validated (RFC 9111 4.2.4).
  bool forbidStale() const { return mustRevalidate || proxyRevalidate || sharedMaxAge || noCache; }
};

ResponseDirectives directivesOf(const Headers& response);

/// Seconds as a directive's argument has them, also in quotes; more than 2^31 are that many (RFC 9111 1.2.2).
/// nullopt for anything else.
std::optional<std::chrono::seconds> deltaSeconds(std::string_view text);

/// The argument of that directive of the request's Cache-Control, the first that is one.
std::optional<std::chrono::seconds> requestDirective(const Headers& request, std::string_view directive);

}  // namespace larder::http

#endif
