// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_QUANTITY_HPP
#define LARDER_QUANTITY_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// Durations and sizes as written in a configuration.

/// Parses a whole number and a unit: "250ms", "30s", "5min" or "5m", "24h", "7d". Returns nullopt for
/// anything else and for values that milliseconds cannot hold.
std::optional<std::chrono::milliseconds> parseDuration(std::string_view text);

/// Parses "1024" or "1024B", "64KiB", "256MiB", "2GiB", also KB, MB, GB for powers of 1000. Returns nullopt
/// as above.
std::optional<std::int64_t> parseSize(std::string_view text);

/// Parses a whole decimal number with an optional minus sign and nothing else.
std::optional<std::int64_t> parseInteger(std::string_view text);

/// Returns the shortest of the forms above that is exact: "30s", "1500ms", "365d".
std::string formatDuration(std::chrono::milliseconds duration);
/// Returns the shortest exact form: "256MiB", "1000B".
std::string formatSize(std::int64_t bytes);

}  // namespace larder

#endif
