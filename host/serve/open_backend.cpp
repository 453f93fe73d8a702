// SPDX-License-Identifier: Apache-2.0
#include "serve/open_backend.hpp"

#include <larder/plain_lists.hpp>
#include <larder/tiers.hpp>

#include <algorithm>
#include <string_view>

#include "config/read_file.hpp"

namespace larder::host {
namespace {

constexpr std::string_view kFile = "_file";  // an option with this ending names a file that holds the value

// Returns where the option that the message is about was given. The message names the option first:
// "backends.lru.max_bytes: " if its type or range is wrong, "backends.lru: max_bytes: " if the plugin itself
// refused it.
std::string sourceOf(std::string_view message, const std::string& backend, const BackendConfig& config) {
  for (const auto& [given, source] : config.sources)
    for (const std::string_view separator : {".", ": "}) {
      const auto place = "backends." + backend + std::string(separator);
      const auto read = given.ends_with(kFile) ? given.substr(0, given.size() - kFile.size()) : given;
      if (message.starts_with(place + given + ":") || message.starts_with(place + read + ":")) return source;
    }
  return {};
}

bool hasOption(const PluginLibrary& library, std::string_view name) {
  const auto& options = library.options();
  return std::any_of(options.begin(), options.end(), [name](const auto& each) { return each.name == name; });
}

BackendSettings withFilesRead(const std::string& name, const BackendConfig& config,
                              const PluginLibrary& library) {
  BackendSettings settings = config.settings;
  for (const auto& [option, value] : config.settings) {
    if (!option.ends_with(kFile) || value.size() != 1 || hasOption(library, option)) continue;
    const auto meant = option.substr(0, option.size() - kFile.size());
    if (!hasOption(library, meant)) continue;  // left to be refused as an unknown option
    settings.erase(option);
    if (config.settings.contains(meant)) {
      const auto layer = config.layers.at(option);
      const auto other = config.layers.at(meant);
      if (other == layer)
        throw ConfigError(config.sources.at(option) + "backends." + name + "." + option + ": \"" + meant +
                          "\" is set too; remove one of them");
      if (other > layer) continue;
    }
    const auto line = config.firstLines.find(option);
    settings[meant] = {line != config.firstLines.end()
                           ? line->second
                           : firstLineOf(value.front(), config.sources.at(option) + "backends." + name + "." +
                                                            option + ": ")};
  }
  return settings;
}

BackendSettings settingsOf(const std::string& name, const BackendConfig& config,
                           const PluginLibrary& library) {
  BackendSettings settings = config.url ? config.url->settings(library.options()) : BackendSettings();
  auto given = withFilesRead(name, config, library);
  splitPlainLists(given, config.plain, library.options());
  settings.insert(given.begin(), given.end());  // the URL takes precedence
  return settings;
}

}  // namespace

std::shared_ptr<const PluginLibrary> libraryOf(const BackendConfig& config, PluginSet& plugins) {
  return config.url ? plugins.load(*config.url) : plugins.load(config.plugin);
}

void checkSettings(const std::string& name, const BackendConfig& config, PluginSet& plugins) {
  const auto library = libraryOf(config, plugins);
  try {
    const CheckedSettings checked(name, library->options(), settingsOf(name, config, *library));
  } catch (const SettingError& error) {
    throw ConfigError(sourceOf(error.what(), name, config) + error.what());
  }
}

std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config, PluginSet& plugins,
                                     HostServices& services, const BackendSettings& defaults) {
  return openBackend(name, config, libraryOf(config, plugins), plugins.limits(), services, defaults);
}

std::unique_ptr<Backend> openBackend(const std::string& name, const BackendConfig& config,
                                     std::shared_ptr<const PluginLibrary> library, const PluginLimits& limits,
                                     HostServices& services, const BackendSettings& defaults) {
  try {
    auto settings = settingsOf(name, config, *library);
    for (const auto& each : defaults)
      if (hasOption(*library, each.first)) settings.insert(each);
    return Backend::open(std::move(library), name, settings, services, limits);
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

std::string systemOf(const std::string& name, const Config& config) {
  const BackendConfig& backend = config.backends.at(name);
  if (backend.tiers) return systemOf(backend.tiers->l2, config);
  const bool is_file = backend.plugin.find('/') != std::string::npos;
  return backend.plugin.empty() || is_file ? name : backend.plugin;
}

}  // namespace larder::host
