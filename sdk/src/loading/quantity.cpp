// SPDX-License-Identifier: Apache-2.0
#include <larder/quantity.hpp>

#include <array>
#include <charconv>
#include <limits>

namespace larder {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// In ascending order, so that formatting picks the largest unit that divides the number. Of several names of
// a factor, only the first is printed.
constexpr std::array<Unit, 6> kDurations{{
    {"ms", 1},
    {"s", 1'000},
    {"min", 60'000},
    {"m", 60'000},
    {"h", 3'600'000},
    {"d", 86'400'000},
}};
constexpr std::array<Unit, 8> kSizes{{
    {"B", 1},
    {"", 1},
    {"KB", 1'000},
    {"KiB", 1 << 10},
    {"MB", 1'000'000},
    {"MiB", 1 << 20},
    {"GB", 1'000'000'000},
    {"GiB", 1 << 30},
}};

template <std::size_t N>
std::optional<std::int64_t> parse(std::string_view text, const std::array<Unit, N>& units) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view suffix(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  for (const Unit& unit : units) {
    if (unit.name != suffix) continue;
    if (number > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string format(std::int64_t number, const std::array<Unit, N>& units, std::int64_t radix_mask) {
  Unit best = units[0];
  for (const Unit& unit : units) {
    if (number == 0 || number % unit.factor != 0 || unit.factor == best.factor) continue;
    if (radix_mask != 0 && (unit.factor & radix_mask) != 0) continue;  // sizes print in binary units only
    best = unit;
  }
  return std::to_string(number / best.factor) + std::string(best.name);
}

}  // namespace

std::optional<std::chrono::milliseconds> parseDuration(std::string_view text) {
  const auto number = parse(text, kDurations);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(*number);
}

std::optional<std::int64_t> parseSize(std::string_view text) { return parse(text, kSizes); }

std::optional<std::int64_t> parseInteger(std::string_view text) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string formatDuration(std::chrono::milliseconds duration) {
  return format(duration.count(), kDurations, 0);
}

std::string formatSize(std::int64_t bytes) { return format(bytes, kSizes, (1 << 10) - 2); }

}  // namespace larder
