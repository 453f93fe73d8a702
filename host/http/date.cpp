// SPDX-License-Identifier: Apache-2.0
#include "http/date.hpp"

#include <array>
#include <string>
#include <string_view>

#include <larder/http/headers.hpp>

namespace larder::http {

namespace {

void putDigits(char* at, unsigned count, unsigned number) {
  for (; count > 0; --count, number /= 10) at[count - 1] = static_cast<char>('0' + number % 10);
}

constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads the parts of a date in order; a missing part makes the whole date invalid. Names compare without
// case, as RFC 9111 4.2 advises.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  std::optional<std::chrono::seconds> read() {
    const auto comma = rest_.find(',');
    const auto day_name = rest_.substr(0, comma == std::string_view::npos ? rest_.find(' ') : comma);
    rest_.remove_prefix(day_name.size());
    const bool asctime = comma == std::string_view::npos;
    const bool long_name = day_name.size() > 3;
    if (asctime) {
      takeAsctime();
    } else {
      take(", ");
      takeDate(long_name ? "-" : " ", long_name ? 2 : 4);
      takeTime();
      take(" GMT");
    }
    if (!good_ || !rest_.empty() || (asctime && long_name)) return std::nullopt;
    return judged(day_name, long_name);
  }

 private:
  // Resolves a two-digit year to one at most 50 years ahead (RFC 9110 5.6.7).
  static int fullYear(int two_digits) {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const int now = static_cast<int>(std::chrono::year_month_day(today).year());
    const int year = now - now % 100 + two_digits;
    return year > now + 50 ? year - 100 : year;
  }

  void take(std::string_view expected) {
    good_ = good_ && rest_.size() >= expected.size() &&
            equalsIgnoreCase(rest_.substr(0, expected.size()), expected);
    if (good_) rest_.remove_prefix(expected.size());
  }

  int takeDigits(std::size_t count) {
    int number = 0;
    for (; good_ && count > 0; --count) {
      good_ = !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
      if (!good_) break;
      number = number * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return number;
  }

  void takeMonth() {
    for (unsigned i = 0; i < kMonths.size(); ++i)
      if (equalsIgnoreCase(rest_.substr(0, 3), kMonths[i])) month_ = i + 1;
    good_ = good_ && month_ > 0;
    if (good_) rest_.remove_prefix(3);
  }

  void takeDate(std::string_view between, std::size_t year_digits) {
    day_ = takeDigits(2);
    take(between);
    takeMonth();
    take(between);
    year_ = takeDigits(year_digits);
    if (year_digits == 2) year_ = fullYear(year_);
    take(" ");
  }

  void takeTime() {
    hour_ = takeDigits(2);
    take(":");
    minute_ = takeDigits(2);
    take(":");
    second_ = takeDigits(2);
  }

  // Reads "Sun Nov  6 08:49:37 1994" from the month on.
  void takeAsctime() {
    take(" ");
    takeMonth();
    take(" ");
    const bool one_digit = rest_.starts_with(' ');
    if (one_digit) rest_.remove_prefix(1);
    day_ = takeDigits(one_digit ? 1 : 2);
    take(" ");
    takeTime();
    take(" ");
    year_ = takeDigits(4);
  }

  // A 61st second is valid only at the end of a day, and counts as the first second of the next minute.
  std::optional<std::chrono::seconds> judged(std::string_view day_name, bool long_name) const {
    const bool leap = hour_ == 23 && minute_ == 59 && second_ == 60;
    const std::chrono::year_month_day date(std::chrono::year(year_), std::chrono::month(month_),
                                           std::chrono::day(static_cast<unsigned>(day_)));
    if (!date.ok() || hour_ > 23 || minute_ > 59 || (second_ > 59 && !leap)) return std::nullopt;
    const std::chrono::sys_days midnight(date);
    const auto& name = kDays[std::chrono::weekday(midnight).c_encoding()];
    if (!equalsIgnoreCase(day_name, long_name ? name : name.substr(0, 3))) return std::nullopt;
    return midnight.time_since_epoch() + std::chrono::hours(hour_) + std::chrono::minutes(minute_) +
           std::chrono::seconds(second_);
  }

  std::string_view rest_;
  bool good_ = true;
  int day_ = 0;
  unsigned month_ = 0;
  int year_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
};

}  // namespace

// Every hit formats a date of its own, so this writes the digits directly; snprintf would interpret a format
// each time.
std::string formatDate(std::chrono::milliseconds since_epoch) {
  const std::chrono::sys_time<std::chrono::milliseconds> time(since_epoch);
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - midnight));

  std::string text = "Sun, 06 Nov 1994 08:49:37 GMT";
  kDays[std::chrono::weekday(midnight).c_encoding()].copy(text.data(), 3);
  putDigits(&text[5], 2, static_cast<unsigned>(date.day()));
  kMonths[static_cast<unsigned>(date.month()) - 1].copy(&text[8], 3);
  putDigits(&text[12], 4, static_cast<unsigned>(static_cast<int>(date.year())));
  putDigits(&text[17], 2, static_cast<unsigned>(clock.hours().count()));
  putDigits(&text[20], 2, static_cast<unsigned>(clock.minutes().count()));
  putDigits(&text[23], 2, static_cast<unsigned>(clock.seconds().count()));
  return text;
}

std::optional<std::chrono::seconds> parseDate(std::string_view text) { return DateReader(text).read(); }

}  // namespace larder::http
