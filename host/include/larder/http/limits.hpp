// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LIMITS_HPP
#define LARDER_HTTP_LIMITS_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace larder::http {

/// The maximum sizes of the parts of a request, in bytes unless noted otherwise. The server refuses a larger
/// request and closes the connection.
struct RequestLimits {
  std::size_t maxTarget = 8 << 10;       ///< 414 above
  std::size_t maxHead = 32 << 10;        ///< request line, header fields and line ends together; 431 above
  std::size_t maxHeaderLine = 16 << 10;  ///< one field, name and value; 431 above
  std::size_t maxHeaders = 100;          ///< fields, not bytes; 431 above
  std::size_t maxBody = 1 << 20;         ///< without the framing of chunks; 413 above
};

/// Why a request is refused, and the response to it. The connection is closed afterwards, because it is
/// uncertain where the next request would begin.
struct Refusal {
  int status = 400;
  std::string_view type{};  ///< the last part of the problem's URI
  std::string detail{};     ///< what the client can do; repeats nothing of the request
};

}  // namespace larder::http

#endif
