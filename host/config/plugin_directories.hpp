// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_PLUGIN_DIRECTORIES_HPP
#define LARDER_CONFIG_PLUGIN_DIRECTORIES_HPP

#include <filesystem>
#include <vector>

#include "config/config.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// Where plugins are looked for, in this order: plugins.directories of the configuration, the colon-separated
/// LARDER_PLUGIN_PATH, and ../lib/larder/plugins beside the folder of the running program. An empty part of
/// LARDER_PLUGIN_PATH is skipped: it must not mean the current directory, whose files would then be run.
std::vector<std::filesystem::path> pluginDirectories(const Config& config, const Environment& environment);

}  // namespace larder::host

#endif
