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
  std::string plugin;             ///< name or path
  std::vector<std::string> sets;  ///< options of a backend that is opened to learn its capabilities
  std::optional<std::filesystem::path> config{};  ///< for the plugin directories and rules
  bool note = false;                              ///< print only the note; runs no code of the plugin
  bool json = false;
};

/// Prints the plugin's note and whether this host would load the file. Without `note` also prints its
/// descriptor, its options, and the capabilities of a backend, unless a required setting is missing. Prints
/// everything it has learned before it throws. Throws what opening a backend throws.
void inspect(const InspectOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
