// SPDX-License-Identifier: Apache-2.0
#include "http/date.hpp"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace larder::http {

std::string formatDate(std::chrono::milliseconds since_epoch) {
  // Not strftime, whose names follow the locale.
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds =
      static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(since_epoch).count());
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                                 days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                 months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                                 utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<std::chrono::seconds> parseDate(std::string_view text) {
  using Poco::DateTimeFormat;
  for (const auto& format :
       {DateTimeFormat::HTTP_FORMAT, DateTimeFormat::RFC850_FORMAT, DateTimeFormat::ASCTIME_FORMAT}) {
    Poco::DateTime date;
    int zone = 0;  // GMT in all three
    // The parser is lenient: text of another form has the year 94 or 0.
    if (Poco::DateTimeParser::tryParse(format, std::string(text), date, zone) && date.year() >= 1000)
      return std::chrono::seconds(date.timestamp().epochTime());
  }
  return std::nullopt;
}

}  // namespace larder::http
