// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_VALIDATION_HPP
#define LARDER_RESPONSE_CACHE_VALIDATION_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Whether a handler could be asked if this is still right: it has an ETag or a Last-Modified.
bool hasValidator(const Headers& response);

/// Whether the client asks about its own copy, or for a part of the response.
bool isConditional(const Request& request);

/// The request as a handler gets it whose response is to be kept: without what makes it conditional, which is
/// answered from the whole response.
Request unconditional(const Request& request);

/// That request, asking whether `stored` is still right (RFC 9111 4.3.1). `stored` has the handler's own
/// fields alone.
Request validating(const Request& request, const Response& stored);

/// Whether a 304 is about `stored` (RFC 9111 4.3.4).
bool isAbout(const Response& not_modified, const Response& stored);

/// The stored response with the fields of the 304 (RFC 9111 3.2), and what the handler says there about
/// keeping it.
Response refreshed(Response stored, Response not_modified);

}  // namespace larder::http

#endif
