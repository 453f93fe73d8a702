// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_LOAD_CONFIG_HPP
#define LARDER_CONFIG_LOAD_CONFIG_HPP

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/environment.hpp"

namespace larder::host {

/// The sources of a configuration. A later member takes precedence over an earlier one, key by key.
struct ConfigSources {
  std::optional<std::filesystem::path> file{};  ///< TOML
  Environment environment{};                    ///< see applyEnvironment() for the variables it reads
  std::vector<std::string> sets{};              ///< --set: KEY=VALUE
  std::optional<std::string> backend{};         ///< --backend: cache.backend
};

/// Loads the configuration; keys that no source gives have their defaults. Checks every value, even those
/// that a later source replaces. Throws ConfigError.
Config loadConfig(const ConfigSources& sources);

/// Makes `name` the cache's backend: an entry of config.backends, or a plugin's name.
void useBackend(const std::string& name, Config& config);

}  // namespace larder::host

#endif
