// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DATE_HPP
#define LARDER_HTTP_DATE_HPP

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

/// Formats a time for HTTP: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). `since_epoch` counts from
/// 1970-01-01 UTC.
std::string formatDate(std::chrono::milliseconds since_epoch);

/// Parses a date in any of the three forms of RFC 9110 5.6.7. Returns the time since 1970-01-01 UTC; nullopt
/// for anything else, including a wrong day name, a zone other than GMT, and 24:00:00. Names may be in any
/// case. 23:59:60 is the first second of the next day.
std::optional<std::chrono::seconds> parseDate(std::string_view text);

}  // namespace larder::http

#endif
