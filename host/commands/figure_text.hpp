// SPDX-License-Identifier: Apache-2.0
//
// Figures of a running host as commands print them.
#ifndef LARDER_COMMANDS_FIGURE_TEXT_HPP
#define LARDER_COMMANDS_FIGURE_TEXT_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::host {

/// "0.3", "42.0", "1234"
std::string rateText(double per_second);

/// "87.5 %"; "-" where nothing is known.
std::string shareText(const std::optional<double>& share);

/// "41us", "2.5ms", "31.0s", "4.5min"
std::string durationText(double microseconds);

/// "512B", "1.5KiB", "64.0MiB"
std::string bytesText(std::uint64_t bytes);

/// Cuts UTF-8 text after that many characters.
std::string_view cutTo(std::string_view text, std::size_t characters);

}  // namespace larder::host

#endif
