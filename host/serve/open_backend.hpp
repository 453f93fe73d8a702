// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_OPEN_BACKEND_HPP
#define LARDER_SERVE_OPEN_BACKEND_HPP

#include <larder/backend.hpp>
#include <larder/host_services.hpp>

#include <memory>
#include <string>

#include "config/config.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {

/// Loads the plugin of an untiered backend. Throws PluginError.
std::shared_ptr<const PluginLibrary> libraryOf(const BackendConfig& config, PluginSet& plugins);

/// Loads the plugin and checks the options of backend `name` against the plugin's table, without opening the
/// backend. Throws PluginError, or ConfigError as openBackend() does.
void checkSettings(const std::string& name, const BackendConfig& config, PluginSet& plugins);

/// Loads the plugin and opens the backend `name`. Throws PluginError, or ConfigError naming the place where a
/// wrong option was given. A setting such as url_file sets the option url to the first line of that file,
/// unless the plugin itself has an option url_file. `defaults` apply to options that the plugin has and the
/// configuration does not set. `services` must outlive the backend.
std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config, PluginSet& plugins,
                                     HostServices& services, const BackendSettings& defaults = {});

/// Does the same with a library that is already loaded, or linked into the program.
std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config,
                                     std::shared_ptr<const PluginLibrary> library, const PluginLimits& limits,
                                     HostServices& services, const BackendSettings& defaults = {});

/// Opens the configured backend `name`, including its tiers if it has any. Throws what openBackend() throws.
std::unique_ptr<Backend> openConfigured(const std::string& name, const Config& config, PluginSet& plugins,
                                        HostServices& services);

/// Returns the db.system.name that OpenTelemetry expects: the plugin's name (that of L2 for a tiered
/// backend), or the backend's own name if it is configured with a plugin file.
std::string systemOf(const std::string& name, const Config& config);

}  // namespace larder::host

#endif
