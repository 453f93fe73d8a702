// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_VALIDATION_HPP
#define LARDER_RESPONSE_CACHE_VALIDATION_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Returns whether a handler can revalidate the response: it has an ETag or a Last-Modified.
bool hasValidator(const Headers& response);

/// Returns whether the request is conditional or asks for a range.
bool isConditional(const Request& request);

/// Returns the request for a handler whose response will be stored: without its conditions, which are
/// evaluated against the whole response.
Request unconditional(const Request& request);

/// Returns the request with conditions that ask whether `stored` is still valid (RFC 9111 4.3.1). `stored`
/// must contain only the handler's own fields.
Request validating(const Request& request, const Response& stored);

/// Returns whether a 304 refers to `stored` (RFC 9111 4.3.4).
bool isAbout(const Response& not_modified, const Response& stored);

/// Returns the stored response updated with the fields of the 304 (RFC 9111 3.2), and the handler's caching
/// instructions.
Response refreshed(Response stored, Response not_modified);

}  // namespace larder::http

#endif
