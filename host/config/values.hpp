// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_VALUES_HPP
#define LARDER_CONFIG_VALUES_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.hpp"

// Each function returns a setting's value, and throws ConfigError if it has the wrong type or is out of
// range.
namespace larder::host {

inline constexpr std::chrono::milliseconds kOneHour{3'600'000};
inline constexpr std::chrono::milliseconds kOneYear = 365 * 24 * kOneHour;
inline constexpr std::int64_t kOneGiB = 1 << 30;

std::string inQuotes(std::string_view text);

/// Accepts an empty string.
const std::string& textOrNoneOf(const Setting& setting);
const std::string& textOf(const Setting& setting);
std::int64_t integerOf(const Setting& setting, std::int64_t min, std::int64_t max);
std::chrono::milliseconds durationOf(const Setting& setting, std::chrono::milliseconds min,
                                     std::chrono::milliseconds max);
/// Returns bytes.
std::size_t sizeOf(const Setting& setting, std::int64_t min, std::int64_t max);
/// Returns the size from which values are compressed. Refuses any other than 0 if this build cannot compress.
std::size_t compressFromOf(const Setting& setting);
/// Returns a fraction, at least 0 and less than 1.
double partOf(const Setting& setting);
/// Returns a fraction from 0 to 1.
double shareOf(const Setting& setting);
bool booleanOf(const Setting& setting);
/// Accepts a list in brackets, or plain text split at commas. `example` is a sample element for the message.
std::vector<std::string> listOf(const Setting& setting, std::string_view example);

}  // namespace larder::host

#endif
