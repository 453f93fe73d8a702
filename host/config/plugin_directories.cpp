// SPDX-License-Identifier: Apache-2.0
#include "config/plugin_directories.hpp"

#include <larder/backend_url.hpp>

#include <string_view>

namespace larder::host {

std::vector<std::filesystem::path> pluginDirectories(const Config& config, const Environment& environment) {
  const auto variable = environment.find("LARDER_PLUGIN_PATH");
  auto directories = config.pluginDirectories;
  for (auto& directory : larder::pluginDirectories(variable == environment.end() ? "" : variable->second))
    directories.push_back(std::move(directory));
  return directories;
}

}  // namespace larder::host
