// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CONDITIONAL_HPP
#define LARDER_RESPONSE_CACHE_CONDITIONAL_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Returns whether the client already has this response: one of its If-None-Match tags equals the response's
/// by weak comparison, or is `*` (RFC 9110 13.1.2). Without If-None-Match, the response's Last-Modified must
/// not be later than If-Modified-Since (13.1.3).
bool clientHas(const Request& request, const Response& response);

/// Returns the 304 for a response, with the fields that RFC 9110 15.4.5 requires.
Response notModified(const Response& response);

}  // namespace larder::http

#endif
