// SPDX-License-Identifier: Apache-2.0
//
// Checks which users could replace a plugin. Any user who can write a plugin's file, or rename another file
// over it in any folder above, can run code in this process.
#ifndef LARDER_LOADING_PLUGIN_PLACE_HPP
#define LARDER_LOADING_PLUGIN_PLACE_HPP

#include <larder/plugin_library.hpp>

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "loading/plugin_file.hpp"

namespace larder {

/// The properties of the loading process that the rules depend on.
struct LoadingProcess {
  uid_t user = 0;  ///< the effective user
  bool strict = false;
  /// The owners, and the groups with write permission, of the running program and of the folders above it.
  /// They already control what this process runs, so their access to a plugin merits a warning, not a
  /// refusal.
  std::vector<uid_t> programOwners{};
  std::vector<gid_t> programGroups{};
};

/// A fault of a file or folder.
struct PlaceFault {
  bool refused = true;  ///< false: merits a warning
  std::string what;     ///< "is writable by every user; run: chmod o-w /opt/plugins"
};

/// Judges one file or folder by its stat result. Returns nullopt if there is no fault.
std::optional<PlaceFault> judgePlace(const std::filesystem::path& path, const struct stat& status,
                                     const LoadingProcess& process);

/// Judges the file and every folder above it. Throws PluginError on a refusal; warns at most once.
void checkPlace(const PluginFile& file, const LoadRules& rules);

}  // namespace larder

#endif
