// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CACHEABILITY_HPP
#define LARDER_HTTP_CACHEABILITY_HPP

#include <larder/key.hpp>
#include <larder/policy.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/endpoint.hpp>

namespace larder::http {

/// Why the cache must stay out of the way of this request; empty if it need not.
std::string_view reasonToBypass(const CachePolicy& policy, const Request& request);

/// True if the request has an Authorization that the policy does not vary by: only a response for everyone
/// may answer it from the cache (RFC 9111 3.5).
bool hasCredentials(const CachePolicy& policy, const Request& request);

/// True if the request's Cache-Control has `no-cache` or `max-age=0` (RFC 9111 5.2.1).
bool asksForNew(const Request& request);

/// Why this response must not be kept for others (RFC 9111 3); empty if it may.
std::string_view reasonNotToStore(const CachePolicy& policy, const Response& response);

/// For how long policy and handler together keep a response that may be stored; 0 or less: it is not kept.
/// `now` is the wall clock, since 1970.
std::chrono::milliseconds timeToKeep(const CachePolicy& policy, const Response& response,
                                     std::chrono::milliseconds now);

/// What distinguishes the responses of an endpoint: the host, the path as sent, with case, the query (by
/// name, the order of equal names kept), the headers that the policy varies by, and the session if it does by
/// that: then this loads it, waits, and may throw SessionsUnavailable.
Key keyOf(const CachePolicy& policy, const Request& request);

/// One of the fields that keyOf() joins: "host", "query page", "header Accept".
struct KeyField {
  std::string name;
  std::optional<std::string> value;  ///< nullopt: the request has none, which differs from an empty one
};

/// What keyOf() makes the key of, for people.
std::vector<KeyField> keyFieldsOf(const CachePolicy& policy, const Request& request);

}  // namespace larder::http

#endif
