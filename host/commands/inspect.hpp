// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_INSPECT_HPP
#define LARDER_COMMANDS_INSPECT_HPP

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/load_config.hpp"

namespace larder::host {

/// What `larder inspect` shows, and how.
struct InspectOptions {
  std::string plugin;                             ///< name or path
  std::vector<std::string> sets;                  ///< options of a backend that is made for its capabilities
  std::optional<std::filesystem::path> config{};  ///< for the directories and rules of plugins
  bool note = false;                              ///< the note alone: no code of the plugin runs
  bool json = false;
};

/// Prints what the plugin says of itself: its note; unless that is all that is wanted, its descriptor and
/// options, and the capabilities of a backend, if one can be made without settings that are not there. What
/// is known is printed also if this throws; what it throws are the exceptions of opening a backend.
void inspect(const InspectOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
