// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DATE_HPP
#define LARDER_HTTP_DATE_HPP

#include <chrono>
#include <string>

namespace larder::http {

/// A time as HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). `since_epoch` counts from
/// 1970-01-01 UTC.
std::string formatDate(std::chrono::milliseconds since_epoch);

}  // namespace larder::http

#endif
