// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_BYTE_RANGE_HPP
#define LARDER_RESPONSE_CACHE_BYTE_RANGE_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Answers a GET that requests a Range of this response (RFC 9110 14): with a 206 of one part or several, or
/// a 416 if no requested part exists or more than 16 are requested. Returns the whole response if there is no
/// Range, the status is not 200, If-Range names another response, or Range is malformed.
Response partWanted(const Request& request, Response&& response);

}  // namespace larder::http

#endif
