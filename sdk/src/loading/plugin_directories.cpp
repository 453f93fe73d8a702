// SPDX-License-Identifier: Apache-2.0
// LARDER_LIBDIR and LARDER_INSTALLED_PLUGINS come from the build's installation directories.
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <larder/backend_url.hpp>

namespace larder {
namespace {

using Directories = std::vector<std::filesystem::path>;

void add(Directories& directories, std::filesystem::path directory) {
  directory = directory.lexically_normal();
  if (std::find(directories.begin(), directories.end(), directory) == directories.end())
    directories.push_back(std::move(directory));
}

// Skips empty parts: they must not mean the current directory, whose files would then be run.
void addParts(Directories& directories, std::string_view list) {
  while (!list.empty()) {
    const auto part = list.substr(0, list.find(':'));
    if (!part.empty()) add(directories, part);
    list.remove_prefix(std::min(list.size(), part.size() + 1));
  }
}

// Returns the file that contains this code: the program, or the SDK as a shared library.
std::filesystem::path ownFile() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&pluginDirectories), &info) == 0 || info.dli_fname == nullptr)
    return {};
  std::error_code gone;
  return std::filesystem::canonical(info.dli_fname, gone);
}

}  // namespace

std::vector<std::filesystem::path> pluginDirectories(std::string_view path_variable,
                                                     std::string_view sdk_directory) {
  Directories directories;
  addParts(directories, path_variable);

  std::error_code unreadable;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  const auto prefix = program.parent_path().parent_path();
  // First the installed layout. A build keeps its plugins in lib, whatever the installation calls that
  // directory.
  add(directories, prefix / LARDER_LIBDIR / "larder/plugins");
  add(directories, prefix / "lib/larder/plugins");

  // The prefix may have been moved since, and a program may have been built with the SDK's directory.
  const auto library = ownFile();
  if (!library.empty() && library != program) add(directories, library.parent_path() / "larder/plugins");
  if (!sdk_directory.empty()) add(directories, sdk_directory);
  if (std::filesystem::is_directory(LARDER_INSTALLED_PLUGINS, unreadable))
    add(directories, LARDER_INSTALLED_PLUGINS);
  return directories;
}

PluginSearch::PluginSearch(std::string_view sdk_directory) {
  const char* const variable = std::getenv("LARDER_PLUGIN_PATH");
  directories = pluginDirectories(variable == nullptr ? "" : variable, sdk_directory);
}

}  // namespace larder
