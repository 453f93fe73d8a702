// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_TOML_SETTINGS_HPP
#define LARDER_CONFIG_TOML_SETTINGS_HPP

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.hpp"

namespace larder::host {

/// The values in a TOML file. Throws ConfigError if it is not a regular file or not TOML.
std::vector<Setting> readTomlFile(const std::filesystem::path& file);

/// A value as typed in a shell: a quoted TOML string or a TOML array is read as such, and anything else is
/// plain text, so that `delay=3s` needs no quotes within quotes.
Setting readPlainValue(std::vector<std::string> path, std::string_view value, std::string source);

/// KEY=VALUE, where KEY is a dotted TOML key whose parts may be quoted. Throws ConfigError if it is none.
Setting readAssignment(std::string_view assignment, std::string source);

}  // namespace larder::host

#endif
