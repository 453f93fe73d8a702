// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_INSPECT_HPP
#define LARDER_COMMANDS_INSPECT_HPP

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/load_config.hpp"

namespace larder::host {

/// The arguments of `larder inspect`.
struct InspectOptions {
  std::string plugin;                             ///< name or path
  std::vector<std::string> sets;                  ///< options of a backend that is made for its capabilities
  std::optional<std::filesystem::path> config{};  ///< for the directories and rules of plugins
  bool note = false;                              ///< the note alone: no code of the plugin runs
  bool json = false;
};

/// Prints the plugin's note and whether this host would load the file. Without `note` also its descriptor,
/// its options, and the capabilities of a backend, unless a required setting is missing. Prints as much as it
/// learned before it throws; throws what opening a backend throws.
void inspect(const InspectOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
