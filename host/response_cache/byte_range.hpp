// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_BYTE_RANGE_HPP
#define LARDER_RESPONSE_CACHE_BYTE_RANGE_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// The answer to a GET that asks for a Range of this response (RFC 9110 14): a 206 with one part or several,
/// or a 416 for none that is there, or for more than 16. The whole response if there is no Range, it is no
/// 200, the client's If-Range is about another one, or the Range can't be read.
Response partWanted(const Request& request, Response&& response);

}  // namespace larder::http

#endif
