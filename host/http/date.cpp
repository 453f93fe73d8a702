// SPDX-License-Identifier: Apache-2.0
#include "http/date.hpp"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <string>
#include <string_view>

namespace larder::http {

namespace {

void putDigits(char* at, unsigned count, unsigned number) {
  for (; count > 0; --count, number /= 10) at[count - 1] = static_cast<char>('0' + number % 10);
}

}  // namespace

// Each hit has a date of its own, so this writes where snprintf would interpret.
std::string formatDate(std::chrono::milliseconds since_epoch) {
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::chrono::sys_time<std::chrono::milliseconds> time(since_epoch);
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - midnight));

  std::string text = "Sun, 06 Nov 1994 08:49:37 GMT";
  days.copy(text.data(), 3, std::chrono::weekday(midnight).c_encoding() * 3);
  putDigits(&text[5], 2, static_cast<unsigned>(date.day()));
  months.copy(&text[8], 3, (static_cast<unsigned>(date.month()) - 1) * 3);
  putDigits(&text[12], 4, static_cast<unsigned>(static_cast<int>(date.year())));
  putDigits(&text[17], 2, static_cast<unsigned>(clock.hours().count()));
  putDigits(&text[20], 2, static_cast<unsigned>(clock.minutes().count()));
  putDigits(&text[23], 2, static_cast<unsigned>(clock.seconds().count()));
  return text;
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
