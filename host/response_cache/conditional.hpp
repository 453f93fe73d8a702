// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CONDITIONAL_HPP
#define LARDER_RESPONSE_CACHE_CONDITIONAL_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// True if the client has this response already: one of its If-None-Match tags is the response's, by weak
/// comparison, or is `*` (RFC 9110 13.1.2); or, without that field, the response's Last-Modified is not after
/// If-Modified-Since (13.1.3).
bool clientHas(const Request& request, const Response& response);

/// The 304 for a response, with the fields that RFC 9110 15.4.5 asks for.
Response notModified(const Response& response);

}  // namespace larder::http

#endif
