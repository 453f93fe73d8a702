// SPDX-License-Identifier: Apache-2.0
#include "serve/open_backend.hpp"

#include <larder/tiers.hpp>

#include <string_view>

namespace larder::host {
namespace {

// Where the option was given that the message is about. The message names it first: "backends.lru.max_bytes:
// " if it is the option's type or range that is wrong, "backends.lru: max_bytes: " if the plugin itself
// refused it.
std::string sourceOf(std::string_view message, const std::string& backend, const BackendConfig& config) {
  for (const auto& [option, source] : config.sources)
    for (const std::string_view separator : {".", ": "})
      if (message.starts_with("backends." + backend + std::string(separator) + option + ":")) return source;
  return {};
}

}  // namespace

std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config, PluginSet& plugins,
                                     HostServices& services) {
  auto library = config.url ? plugins.load(*config.url) : plugins.load(config.plugin);
  try {
    BackendSettings settings = config.url ? config.url->settings(library->options()) : BackendSettings();
    settings.insert(config.settings.begin(), config.settings.end());  // what the URL says stays
    return Backend::open(std::move(library), name, settings, services);
  } catch (const SettingError& error) {
    throw ConfigError(sourceOf(error.what(), name, config) + error.what());
  }
}

std::unique_ptr<Backend> openConfigured(const std::string& name, const Config& config, PluginSet& plugins,
                                        HostServices& services) {
  const BackendConfig& backend = config.backends.at(name);
  if (!backend.tiers) return openBackend(name, backend, plugins, services);
  const auto tier = [&](const std::string& of) {
    return openBackend(of, config.backends.at(of), plugins, services);
  };
  TierOptions options = backend.tiers->options;
  options.circuit.failures = config.cache.circuitFailures;
  options.circuit.openFor = config.cache.circuitOpenFor;
  try {
    return openTiers(name, tier(backend.tiers->l1), tier(backend.tiers->l2), options, services);
  } catch (const SettingError& error) {
    throw ConfigError(sourceOf(error.what(), name, backend) + error.what());
  }
}

}  // namespace larder::host
