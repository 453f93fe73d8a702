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

/// Where a configuration comes from. A later member wins over an earlier one, key by key.
struct ConfigSources {
  std::optional<std::filesystem::path> file{};  ///< TOML
  Environment environment{};                    ///< applyEnvironment() says which count
  std::vector<std::string> sets{};              ///< --set: KEY=VALUE
  std::optional<std::string> backend{};         ///< --backend: cache.backend
};

/// The configuration; what no source gives has its default. Every value is checked, also one that a later
/// source replaces. Throws ConfigError.
Config loadConfig(const ConfigSources& sources);

/// Makes `name` the backend of the cache: one of config.backends, or a plugin's name.
void useBackend(const std::string& name, Config& config);

}  // namespace larder::host

#endif
