// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_PLAN_HPP
#define LARDER_RESPONSE_CACHE_PLAN_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/endpoint.hpp>

namespace larder::http {

/// The cache section of responses.
inline constexpr std::string_view kResponses = "responses";

/// How a request to a cached endpoint proceeds, as far as that is known before the look-up.
enum class Plan : std::uint8_t {
  bypass,        ///< runs the handler for this request alone; see reasonToBypass()
  storedOnly,    ///< serves the stored response, else 504: only-if-cached
  storedOrLone,  ///< serves the stored response, else runs the handler without storing: HEAD
  lone,          ///< runs the handler without storing: HEAD that wants a new response
  replacement,   ///< runs the handler and replaces the stored response
  storedIfNew,   ///< serves the stored response if it is as new as the client wants (suits()), or expired
                 ///< within its max-stale; else as replacement
  credentialed,  ///< serves a stored response that may be shared, else runs the handler and stores one
  storedOrKept   ///< serves the stored response, else runs the handler and stores its response
};

Plan planFor(const CachePolicy& policy, const Request& request);

/// Returns whether the request's max-age and min-fresh accept a stored response with this age and remaining
/// freshness (RFC 9111 5.2.1).
bool suits(const Request& request, std::chrono::milliseconds age, std::chrono::milliseconds ttl);

/// The policy's tags with the path parameters filled in; the policy's own list if there is nothing to fill
/// in.
class FilledTags {
 public:
  /// Borrows from the policy.
  FilledTags(const CachePolicy& policy, const Request& request);
  std::span<const std::string> all() const { return filled_.empty() ? asDeclared_ : filled_; }

 private:
  std::span<const std::string> asDeclared_;
  std::vector<std::string> filled_;
};

/// Returns the look-up and storage parameters of the request, without `compute`. As in keyOf(), loads the
/// session if the policy varies by it.
CacheRequest cacheRequestFor(const CachePolicy& policy, const Request& request);

}  // namespace larder::http

#endif
