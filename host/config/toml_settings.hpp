// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_TOML_SETTINGS_HPP
#define LARDER_CONFIG_TOML_SETTINGS_HPP

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.hpp"

namespace larder::host {

/// Reads the values of a TOML file. Throws ConfigError if it is not a regular file or not valid TOML.
std::vector<Setting> readTomlFile(const std::filesystem::path& file);

/// Reads a value typed in a shell: a quoted TOML string or a TOML array is parsed as TOML. Anything else is
/// plain text, so `delay=3s` needs no nested quotes.
Setting readPlainValue(std::vector<std::string> path, std::string_view value, std::string source);

/// Reads KEY=VALUE, where KEY is a dotted TOML key whose parts may be quoted. Throws ConfigError if it is
/// malformed.
Setting readAssignment(std::string_view assignment, std::string source);

}  // namespace larder::host

#endif
