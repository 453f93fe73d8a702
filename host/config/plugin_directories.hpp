// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_PLUGIN_DIRECTORIES_HPP
#define LARDER_CONFIG_PLUGIN_DIRECTORIES_HPP

#include <filesystem>
#include <vector>

#include "config/config.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// Returns the directories searched for plugins: plugins.directories of the configuration, then the SDK's
/// pluginDirectories.
std::vector<std::filesystem::path> pluginDirectories(const Config& config, const Environment& environment);

}  // namespace larder::host

#endif
