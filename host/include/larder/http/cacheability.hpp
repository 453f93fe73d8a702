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

/// Returns why the cache must not handle this request; empty if it may.
std::string_view reasonToBypass(const CachePolicy& policy, const Request& request);

/// Returns whether the request has an Authorization field that the policy does not vary by. The cache may
/// then answer only with a response that may be shared (RFC 9111 3.5).
bool hasCredentials(const CachePolicy& policy, const Request& request);

/// Returns whether the request's Cache-Control has `no-cache` or `max-age=0` (RFC 9111 5.2.1).
bool asksForNew(const Request& request);

/// Returns why this response must not be stored for other requests (RFC 9111 3); empty if it may be.
std::string_view reasonNotToStore(const CachePolicy& policy, const Response& response);

/// Returns how long a cacheable response is stored, by policy and handler together; 0 or less: it is not
/// stored. `now` is the wall clock, since 1970.
std::chrono::milliseconds timeToKeep(const CachePolicy& policy, const Response& response,
                                     std::chrono::milliseconds now);

/// Returns the key that distinguishes an endpoint's responses. It consists of the host, the path as sent
/// (case-sensitive), the query (ordered by name, equal names in their order), the headers that the policy
/// varies by, and the session if the policy varies by it. In that last case the function loads the session,
/// blocks, and may throw SessionsUnavailable.
Key keyOf(const CachePolicy& policy, const Request& request);

/// One of the fields that keyOf() joins: "host", "query page", "header Accept".
struct KeyField {
  std::string name;
  std::optional<std::string> value;  ///< nullopt: absent from the request, which differs from empty
};

/// Returns the fields that keyOf() joins, for display.
std::vector<KeyField> keyFieldsOf(const CachePolicy& policy, const Request& request);

}  // namespace larder::http

#endif
