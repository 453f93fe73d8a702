// SPDX-License-Identifier: Apache-2.0
#include "config/plugin_directories.hpp"

#include <algorithm>
#include <string_view>

namespace larder::host {
namespace {

void appendParts(std::string_view list, std::vector<std::filesystem::path>& directories) {
  while (!list.empty()) {
    const auto part = list.substr(0, list.find(':'));
    if (!part.empty()) directories.emplace_back(part);
    list.remove_prefix(std::min(list.size(), part.size() + 1));
  }
}

}  // namespace

std::vector<std::filesystem::path> pluginDirectories(const Config& config, const Environment& environment) {
  auto directories = config.pluginDirectories;
  if (const auto path = environment.find("LARDER_PLUGIN_PATH"); path != environment.end())
    appendParts(path->second, directories);
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  const auto prefix = program.parent_path().parent_path();
  // As installed; a build has its plugins in lib, whatever the installation will call it.
  if (std::string_view(LARDER_LIBDIR) != "lib")
    directories.push_back(prefix / LARDER_LIBDIR / "larder/plugins");
  directories.push_back(prefix / "lib/larder/plugins");
  return directories;
}

}  // namespace larder::host
