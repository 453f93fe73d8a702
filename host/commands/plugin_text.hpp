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

/// `text` from a plugin's file for a terminal: control characters, which could move its cursor or worse, are
/// shown as '?'.
std::string printable(std::string_view text);

/// "1.0"
std::string abiText(const PluginNote& note);

/// "text", "integer", "boolean", "duration" or "size", as in docs/configuration.md.
std::string optionType(std::uint32_t type);

/// Of the URLs that the plugin serves.
std::vector<std::string> schemesOf(const PluginNote& note);

nlohmann::ordered_json noteAsJson(const std::filesystem::path& file, const PluginNote& note);

/// To stdout. What is not UTF-8 in it is replaced: plugins may hold anything.
void print(const nlohmann::ordered_json& json);

}  // namespace larder::host

#endif
