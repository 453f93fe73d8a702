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

// Each reads the value of a setting, and throws ConfigError if it is of another kind or out of range.
namespace larder::host {

inline constexpr std::chrono::milliseconds kOneHour{3'600'000};
inline constexpr std::chrono::milliseconds kOneYear = 365 * 24 * kOneHour;
inline constexpr std::int64_t kOneGiB = 1 << 30;

std::string inQuotes(std::string_view text);

/// May be empty.
const std::string& textOrNoneOf(const Setting& setting);
const std::string& textOf(const Setting& setting);
std::int64_t integerOf(const Setting& setting, std::int64_t min, std::int64_t max);
std::chrono::milliseconds durationOf(const Setting& setting, std::chrono::milliseconds min,
                                     std::chrono::milliseconds max);
/// Of bytes.
std::size_t sizeOf(const Setting& setting, std::int64_t min, std::int64_t max);
/// The size from which values are compressed; refused where the program cannot compress.
std::size_t compressFromOf(const Setting& setting);
/// From 0 up to, but not, 1.
double partOf(const Setting& setting);
bool booleanOf(const Setting& setting);
/// Without brackets, commas separate the elements. `example` is an element as the message shows it.
std::vector<std::string> listOf(const Setting& setting, std::string_view example);

}  // namespace larder::host

#endif
