// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_LIST_PLUGINS_HPP
#define LARDER_COMMANDS_LIST_PLUGINS_HPP

#include <filesystem>
#include <optional>

#include "config/load_config.hpp"

namespace larder::host {

/// How `larder plugins` lists the files in the plugin directories.
struct ListOptions {
  std::optional<std::filesystem::path> config{};  ///< for the directories
  bool json = false;
};

/// Prints a line for each .so file, those that can't be loaded with the reason. Reads their notes; no code of
/// theirs runs. Throws ConfigError.
void listPlugins(const ListOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
