// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LIMITS_HPP
#define LARDER_HTTP_LIMITS_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace larder::http {

/// How large the parts of a request may be, in bytes unless they say otherwise. What is larger is refused and
/// the connection closed.
struct RequestLimits {
  std::size_t maxTarget = 8 << 10;       ///< 414 above
  std::size_t maxHead = 32 << 10;        ///< request line, header fields and line ends together; 431 above
  std::size_t maxHeaderLine = 16 << 10;  ///< one field, name and value; 431 above
  std::size_t maxHeaders = 100;          ///< fields, not bytes; 431 above
  std::size_t maxBody = 1 << 20;         ///< without the framing of chunks; 413 above
};

/// Why a request is not taken: the answer to it. The connection is closed after that, because where the next
/// request would begin is not known for certain.
struct Refusal {
  int status = 400;
  std::string_view type{};  ///< the last part of the problem's URI
  std::string detail{};     ///< what the client can do; nothing of the request is repeated
};

}  // namespace larder::http

#endif
