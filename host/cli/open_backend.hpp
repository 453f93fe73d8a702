// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CLI_OPEN_BACKEND_HPP
#define LARDER_CLI_OPEN_BACKEND_HPP

#include <larder/backend.hpp>
#include <larder/host_services.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// Finds and loads the plugin and opens the backend called `name`. Throws PluginError, or ConfigError with
/// the place in the configuration where a wrong option was given. `services` must outlive the backend.
std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config,
                                     const std::vector<std::filesystem::path>& directories,
                                     HostServices& services);

}  // namespace larder::host

#endif
