// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_PLUGIN_SET_HPP
#define LARDER_SERVE_PLUGIN_SET_HPP

#include <larder/backend.hpp>
#include <larder/backend_url.hpp>
#include <larder/plugin_library.hpp>

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/load_config.hpp"
#include "logging/logger.hpp"

namespace larder::host {

/// Returns the configuration's load rules. They log warnings to `logger`, which must outlive them.
LoadRules loadRules(const Config& config, const Logger& logger);

/// The plugins of one host. Log lines, metrics and `larder plugins` identify plugins by name, so a second
/// file with the same name is refused while a backend uses the first. Not thread-safe.
class PluginSet {
 public:
  PluginSet(std::vector<std::filesystem::path> directories, LoadRules rules, PluginLimits limits = {})
      : limits_(limits) {
    search_.directories = std::move(directories);
    search_.rules = std::move(rules);
  }

  /// Finds and loads a plugin by name or absolute path. Returns the loaded library again for a file that is
  /// in use. Throws PluginError.
  std::shared_ptr<const PluginLibrary> load(std::string_view plugin);
  /// Does the same by URL.
  std::shared_ptr<const PluginLibrary> load(const BackendUrl& url);

  /// Returns the limits for backends opened with these plugins.
  const PluginLimits& limits() const { return limits_; }

 private:
  std::shared_ptr<const PluginLibrary> loadFile(const std::filesystem::path& file);

  const PluginLimits limits_;
  PluginSearch search_;
  std::vector<std::weak_ptr<const PluginLibrary>> loaded_;  // those in use
};

/// Returns an empty set with the configuration's directories and rules.
PluginSet pluginSet(const Config& config, const Environment& environment, const Logger& logger);

}  // namespace larder::host

#endif
