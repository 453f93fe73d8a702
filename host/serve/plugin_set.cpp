// SPDX-License-Identifier: Apache-2.0
#include "serve/plugin_set.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "config/plugin_directories.hpp"

namespace larder::host {
namespace {

// Returns false if either file is gone: then the file is not the loaded one.
bool sameFile(const std::filesystem::path& left, const std::filesystem::path& right) {
  std::error_code gone;
  return std::filesystem::equivalent(left, right, gone) && !gone;
}

}  // namespace

LoadRules loadRules(const Config& config, const Logger& logger) {
  return {.strict = config.plugins.strict,
          .sha256 = config.plugins.sha256,
          .warn = [&logger](std::string_view line) { logger.log(LogLevel::warning, "plugins", line); }};
}

std::shared_ptr<const PluginLibrary> PluginSet::load(std::string_view plugin) {
  return loadFile(findPlugin(plugin, search_.directories, search_.rules));
}

std::shared_ptr<const PluginLibrary> PluginSet::load(const BackendUrl& url) {
  return loadFile(url.find(search_));
}

std::shared_ptr<const PluginLibrary> PluginSet::loadFile(const std::filesystem::path& file) {
  std::vector<std::shared_ptr<const PluginLibrary>> used;
  std::erase_if(loaded_, [&used](const auto& each) {
    if (auto library = each.lock()) used.push_back(std::move(library));
    return each.expired();
  });
  for (const auto& library : used)
    if (sameFile(library->file(), file)) return library;

  auto library = PluginLibrary::load(file, search_.rules);
  for (const auto& other : used)
    if (other->name() == library->name())
      throw PluginError(file.string() + ": its plugin is named \"" + std::string(library->name()) +
                        "\" like that of " + other->file().string() +
                        ", which is in use; let both backends use one file");
  loaded_.push_back(library);
  return library;
}

PluginSet pluginSet(const Config& config, const Environment& environment, const Logger& logger) {
  return {pluginDirectories(config, environment),
          loadRules(config, logger),
          {.open = config.plugins.openTimeout, .blockingThreads = config.plugins.blockingThreads}};
}

}  // namespace larder::host
