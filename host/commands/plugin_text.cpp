// SPDX-License-Identifier: Apache-2.0
#include "commands/plugin_text.hpp"

#include <algorithm>
#include <iostream>

namespace larder::host {

std::string printable(std::string_view text) {
  std::string shown(text);
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  std::replace_if(shown.begin(), shown.end(), is_control, '?');
  return shown;
}

std::string abiText(const PluginNote& note) {
  return std::to_string(note.abiMajor) + "." + std::to_string(note.abiMinor);
}

std::vector<std::string> schemesOf(const PluginNote& note) {
  return note.schemes.empty() ? std::vector<std::string>{note.name} : note.schemes;
}

std::string optionType(std::uint32_t type) {
  switch (type) {
    case LARDER_OPTION_STRING: return "text";
    case LARDER_OPTION_INTEGER: return "integer";
    case LARDER_OPTION_BOOLEAN: return "boolean";
    case LARDER_OPTION_DURATION: return "duration";
    case LARDER_OPTION_SIZE: return "size";
    default: return "type " + std::to_string(type) + " of a newer ABI";
  }
}

nlohmann::ordered_json noteAsJson(const std::filesystem::path& file, const PluginNote& note) {
  return {
      {"name", note.name},
      {"version", note.version},
      {"file", file.string()},
      {"abi", {{"major", note.abiMajor}, {"minor", note.abiMinor}, {"min_host_minor", note.minHostMinor}}},
      {"schemes", schemesOf(note)},
      {"build", note.build}};
}

void print(const nlohmann::ordered_json& json) {
  std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
}

}  // namespace larder::host
