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

/// Where responses are kept.
inline constexpr std::string_view kResponses = "responses";

/// How a request to a cached endpoint goes, as far as it is known before anything is looked up.
enum class Plan : std::uint8_t {
  bypass,        ///< the handler answers this request alone; reasonToBypass() says why
  storedOnly,    ///< what is stored, else 504: the client asks for nothing else
  storedOrLone,  ///< what is stored, else the handler's answer, which is not kept: HEAD
  lone,          ///< the handler's answer, not kept: a HEAD that wants it new
  replacement,   ///< the handler's answer, which is kept in place of what is stored
  storedIfNew,   ///< what is stored, if it is as new as the client wants (suits()), with a max-stale also if
                 ///< it expired; else a replacement
  credentialed,  ///< what is stored for everyone, else the handler's answer, which is kept if it is so, too
  storedOrKept   ///< what is stored, else the handler's answer, which is kept
};

Plan planFor(const CachePolicy& policy, const Request& request);

/// Whether the max-age and min-fresh of the request allow a stored response of that age that is fresh for so
/// long yet (RFC 9111 5.2.1).
bool suits(const Request& request, std::chrono::milliseconds age, std::chrono::milliseconds ttl);

/// The policy's tags with the path's parameters filled in; the policy's own where there are none to fill in.
class FilledTags {
 public:
  /// Borrows from the policy.
  FilledTags(const CachePolicy& policy, const Request& request);
  std::span<const std::string> all() const { return filled_.empty() ? asDeclared_ : filled_; }

 private:
  std::span<const std::string> asDeclared_;
  std::vector<std::string> filled_;
};

/// What to look up for it, and how to keep what comes of it; without `compute`. As keyOf(): loads the session
/// where the policy varies by it.
CacheRequest cacheRequestFor(const CachePolicy& policy, const Request& request);

}  // namespace larder::http

#endif
