// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_WRITE_RESPONSE_HPP
#define LARDER_HTTP_WRITE_RESPONSE_HPP

#include <string_view>

#include <larder/http/response.hpp>
#include "http/output.hpp"

namespace larder::http {

/// What a response's form depends on beside itself.
struct ResponseForm {
  bool head = false;        ///< answers HEAD: as for GET, without the body
  bool keepAlive = true;    ///< else the connection is closed after it
  bool version10 = false;   ///< the client speaks HTTP/1.0, where keeping alive has to be said
  std::string_view date{};  ///< for a response that has no Date, as formatDate makes it
};

/// Writes the response as HTTP/1.1 has it. Where its body ends is said by this function alone:
/// Content-Length, Transfer-Encoding and Connection of the response are left out. One that can't be sent as
/// it is, for a status out of 200 to 599, is sent as a 500; then it returns false.
bool writeResponse(Response&& response, const ResponseForm& form, Output& out);

}  // namespace larder::http

#endif
