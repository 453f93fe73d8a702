// SPDX-License-Identifier: Apache-2.0
#include "commands/figure_text.hpp"

#include <array>
#include <cstdio>
#include <iterator>

namespace larder::host {
namespace {

std::string withDecimals(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

bool beginsACharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) != 0x80u; }

}  // namespace

std::string rateText(double per_second) { return withDecimals(per_second, per_second < 100 ? 1 : 0); }

std::string shareText(const std::optional<double>& share) {
  return share ? withDecimals(100 * *share, 1) + " %" : "-";
}

std::string durationText(double microseconds) {
  if (microseconds < 1000) return withDecimals(microseconds, 0) + "us";
  if (microseconds < 1e6) return withDecimals(microseconds / 1e3, 1) + "ms";
  if (microseconds < 120e6) return withDecimals(microseconds / 1e6, 1) + "s";
  return withDecimals(microseconds / 60e6, 1) + "min";
}

std::string bytesText(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(units); ++unit) value /= 1024;
  return withDecimals(value, unit == 0 ? 0 : 1) + units[unit];
}

std::string_view cutTo(std::string_view text, std::size_t characters) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (beginsACharacter(text[i]) && characters-- == 0) return text.substr(0, i);
  return text;
}

}  // namespace larder::host
