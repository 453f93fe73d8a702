// SPDX-License-Identifier: Apache-2.0
#include "config/values.hpp"

#include <larder/plain_lists.hpp>
#include <larder/policy.hpp>
#include <larder/quantity.hpp>

#include <charconv>
#include <optional>
#include <system_error>

namespace larder::host {
namespace {

double realOf(const Setting& setting) {
  using Kind = Setting::Kind;
  const bool may_be =
      setting.kind == Kind::real || setting.kind == Kind::integer || setting.kind == Kind::plain;
  if (!may_be) refuse(setting, "takes a fraction without quotes, like 0.1");
  const auto& text = setting.texts.front();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    refuse(setting, "takes a fraction without quotes, like 0.1");
  return number;
}

}  // namespace

using std::chrono::milliseconds;

std::string inQuotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

const std::string& textOrNoneOf(const Setting& setting) {
  if (setting.kind != Setting::Kind::text && setting.kind != Setting::Kind::plain)
    refuse(setting, "takes a string in quotes");
  return setting.texts.front();
}

const std::string& textOf(const Setting& setting) {
  textOrNoneOf(setting);
  if (setting.texts.front().empty()) refuse(setting, "is empty; give a value or leave the key out");
  return setting.texts.front();
}

std::int64_t integerOf(const Setting& setting, std::int64_t min, std::int64_t max) {
  const bool may_be = setting.kind == Setting::Kind::integer || setting.kind == Setting::Kind::plain;
  std::optional<std::int64_t> number;
  if (may_be) number = parseInteger(setting.texts.front());
  const auto range = std::to_string(min) + " to " + std::to_string(max);
  if (!number) refuse(setting, "takes a whole number without quotes, " + range);
  if (*number < min || *number > max)
    refuse(setting, std::to_string(*number) + " is out of range; use " + range);
  return *number;
}

milliseconds durationOf(const Setting& setting, milliseconds min, milliseconds max) {
  const bool may_be = setting.kind == Setting::Kind::text || setting.kind == Setting::Kind::plain;
  if (!may_be) refuse(setting, "takes a duration in quotes, like \"250ms\", \"30s\" or \"5min\"");
  const std::string_view text = setting.texts.front();
  const bool negative = text.starts_with('-');
  const auto duration = parseDuration(negative ? text.substr(1) : text);
  if (!duration) refuse(setting, inQuotes(text) + " is not a duration; write it like 250ms, 30s or 5min");
  if (negative || *duration < min || *duration > max)
    refuse(setting,
           inQuotes(text) + " is out of range; use " + formatDuration(min) + " to " + formatDuration(max));
  return *duration;
}

std::size_t sizeOf(const Setting& setting, std::int64_t min, std::int64_t max) {
  const bool may_be = setting.kind == Setting::Kind::text || setting.kind == Setting::Kind::plain;
  if (!may_be) refuse(setting, "takes a size in quotes, like \"64KiB\" or \"1MiB\"");
  const std::string_view text = setting.texts.front();
  const bool negative = text.starts_with('-');
  const auto size = parseSize(negative ? text.substr(1) : text);
  if (!size) refuse(setting, inQuotes(text) + " is not a size; write it like 512B, 64KiB or 1MiB");
  if (negative || *size < min || *size > max)
    refuse(setting, inQuotes(text) + " is out of range; use " + formatSize(min) + " to " + formatSize(max));
  return static_cast<std::size_t>(*size);
}

std::size_t compressFromOf(const Setting& setting) {
  const auto from = sizeOf(setting, 0, kOneGiB);
  if (from > 0 && !canCompress())
    refuse(setting, "needs zstd, and this program was built without it; leave the key out");
  return from;
}

double partOf(const Setting& setting) {
  const double part = realOf(setting);
  if (!(part >= 0 && part < 1))
    refuse(setting, setting.texts.front() + " is out of range; use at least 0 and less than 1");
  return part;
}

double shareOf(const Setting& setting) {
  const double share = realOf(setting);
  if (!(share >= 0 && share <= 1)) refuse(setting, setting.texts.front() + " is out of range; use 0 to 1");
  return share;
}

bool booleanOf(const Setting& setting) {
  const bool may_be = setting.kind == Setting::Kind::boolean || setting.kind == Setting::Kind::plain;
  if (may_be && setting.texts.front() == "true") return true;
  if (may_be && setting.texts.front() == "false") return false;
  refuse(setting, "takes true or false, without quotes");
}

std::vector<std::string> listOf(const Setting& setting, std::string_view example) {
  if (setting.kind == Setting::Kind::plain) return splitAtCommas(setting.texts.front());
  if (setting.kind != Setting::Kind::list)
    refuse(setting, "takes a list of strings, like [" + inQuotes(example) + "]");
  return setting.texts;
}

}  // namespace larder::host
