// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_PLUGIN_TEXT_HPP
#define LARDER_COMMANDS_PLUGIN_TEXT_HPP

#include <larder/plugin_library.hpp>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace larder::host {

/// Returns `text` with each control character replaced by '?': a plugin's text must not move the terminal's
/// cursor.
std::string printable(std::string_view text);

/// Returns the ABI version, such as "1.0".
std::string abiText(const PluginNote& note);

/// Returns "text", "integer", "boolean", "duration" or "size", as in docs/configuration.md.
std::string optionType(std::uint32_t type);

/// Returns the schemes of the URLs that the plugin serves.
std::vector<std::string> schemesOf(const PluginNote& note);

nlohmann::ordered_json noteAsJson(const std::filesystem::path& file, const PluginNote& note);

/// Prints JSON to stdout. Replaces bytes that are not UTF-8, because a plugin's texts may contain any bytes.
void print(const nlohmann::ordered_json& json);

}  // namespace larder::host

#endif
