// SPDX-License-Identifier: Apache-2.0
//
// Who could put other code where a plugin is. Whoever can write a plugin's file, or rename another one over
// it in any folder above, runs code in this process.
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

/// The process that is about to load a plugin, as far as the rules ask.
struct LoadingProcess {
  uid_t user = 0;  ///< the effective one
  bool strict = false;
  /// Who owns, and which groups may write, the running program or a folder above it. They decide already
  /// what this process runs, so a plugin of theirs is worth a warning, not a refusal.
  std::vector<uid_t> programOwners{};
  std::vector<gid_t> programGroups{};
};

/// What is wrong with a file or folder.
struct PlaceFault {
  bool refused = true;  ///< else worth a warning
  std::string what;     ///< "can be written by everybody; run: chmod o-w /opt/plugins"
};

/// Judges one file or folder by what stat says of it.
std::optional<PlaceFault> judgePlace(const std::filesystem::path& path, const struct stat& status,
                                     const LoadingProcess& process);

/// Judges the file and every folder above it. Throws PluginError; at most one warning.
void checkPlace(const PluginFile& file, const LoadRules& rules);

}  // namespace larder

#endif
