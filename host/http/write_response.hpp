// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_WRITE_RESPONSE_HPP
#define LARDER_HTTP_WRITE_RESPONSE_HPP

#include <string_view>

#include <larder/http/response.hpp>
#include "http/output.hpp"

namespace larder::http {

/// The facts besides the response that determine its form.
struct ResponseForm {
  bool head = false;        ///< answers HEAD: like GET, without the body
  bool keepAlive = true;    ///< if false, the connection is closed after the response
  bool version10 = false;   ///< the client speaks HTTP/1.0, which needs an explicit keep-alive
  std::string_view date{};  ///< for a response without Date, as formatDate returns it
};

/// Writes the response in HTTP/1.1 form. This function alone determines where the body ends: it omits the
/// response's own Content-Length, Transfer-Encoding and Connection. A response that cannot be sent as it is,
/// because its status is not in 200 to 599, is sent as a 500; the function then returns false.
bool writeResponse(Response&& response, const ResponseForm& form, Output& out);

}  // namespace larder::http

#endif
