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

/// Loads the plugin of a backend that has no tiers. Throws PluginError.
std::shared_ptr<const PluginLibrary> libraryOf(const BackendConfig& config, PluginSet& plugins);

/// Loads the plugin and checks the options of the backend called `name` against its table; opens nothing.
/// Throws PluginError, or ConfigError as openBackend() does.
void checkSettings(const std::string& name, const BackendConfig& config, PluginSet& plugins);

/// Loads the plugin and opens the backend called `name`. Throws PluginError, or ConfigError with the place in
/// the configuration where a wrong option was given. A setting that ends in _file, url_file, is the first
/// line of that file as the option url, unless the plugin has an option url_file of its own. `defaults` hold
/// for options that the plugin has and the configuration does not set. `services` must outlive the backend.
std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config, PluginSet& plugins,
                                     HostServices& services, const BackendSettings& defaults = {});

/// Opens the backend called `name` of the configuration, and its tiers if it has some. Throws the same.
std::unique_ptr<Backend> openConfigured(const std::string& name, const Config& config, PluginSet& plugins,
                                        HostServices& services);

/// What OpenTelemetry calls a db.system.name: the plugin's name, that of L2 where the backend is tiered, and
/// the backend's own name if it gives the plugin's file.
std::string systemOf(const std::string& name, const Config& config);

}  // namespace larder::host

#endif
