// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_LIST_PLUGINS_HPP
#define LARDER_COMMANDS_LIST_PLUGINS_HPP

#include <filesystem>
#include <optional>

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// How `larder plugins` lists the files in the plugin directories.
struct ListOptions {
  std::optional<std::filesystem::path> config{};  ///< for the plugin directories
  TableFormat format = TableFormat::table;
};

/// Prints a line for each .so file, with the reason if `serve` would refuse it with the same configuration.
/// Reads the files but runs none of their code. Throws ConfigError.
void listPlugins(const ListOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
