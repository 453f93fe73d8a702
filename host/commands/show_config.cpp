// SPDX-License-Identifier: Apache-2.0
#include "commands/show_config.hpp"

#include <larder/quantity.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "commands/plugin_text.hpp"
#include "commands/text_table.hpp"
#include "config/shown_values.hpp"
#include "http/comma_list.hpp"
#include "logging/logger.hpp"
#include "serve/host_endpoints.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"
#include "serve/route_overrides.hpp"

namespace larder::host {
namespace {

using Library = std::shared_ptr<const PluginLibrary>;

Library libraryIfLoadable(const BackendConfig& backend, PluginSet& plugins) {
  try {
    return libraryOf(backend, plugins);
  } catch (const PluginError&) {
    return nullptr;
  }
}

// An option unknown to the plugin may be a misspelled secret.
bool isPublic(const PluginLibrary* library, const std::string& name) {
  if (library == nullptr) return false;
  return std::ranges::any_of(library->options(), [&name](const PluginOption& option) {
    return option.name == name && !option.secret;
  });
}

std::string originIn(const BackendConfig& backend, const std::string& option) {
  const auto source = backend.sources.find(option);
  return source == backend.sources.end() ? "default" : originOf(source->second);
}

// Returns only the options after `?` if the plugin is not available.
BackendSettings settingsOfUrl(const BackendConfig& backend, const PluginLibrary* library) {
  if (!backend.url) return {};
  return library != nullptr ? backend.url->settings(library->options()) : backend.url->options();
}

void addBackend(const std::string& name, const BackendConfig& backend, PluginSet& plugins,
                std::vector<ShownValue>& rows) {
  const auto prefix = "backends." + name + ".";
  if (backend.tiers) {
    rows.push_back({prefix + "l1", backend.tiers->l1, originIn(backend, "l1")});
    rows.push_back({prefix + "l2", backend.tiers->l2, originIn(backend, "l2")});
    return;
  }
  rows.push_back({prefix + "plugin", backend.plugin, originIn(backend, "plugin")});
  const auto library = libraryIfLoadable(backend, plugins);
  const auto add = [&](const std::string& option, const std::vector<std::string>& values,
                       const std::string& origin) {
    rows.push_back({prefix + option,
                    isPublic(library.get(), option) ? http::commaList(values) : std::string("(hidden)"),
                    origin});
  };
  const auto of_url = settingsOfUrl(backend, library.get());
  for (const auto& [option, values] : of_url) add(option, values, originIn(backend, "plugin"));
  for (const auto& [option, values] : backend.settings)
    if (!of_url.contains(option)) add(option, values, originIn(backend, option));
}

std::vector<ShownValue> valuesOf(const Config& config, PluginSet& plugins) {
  auto rows = shownFixedKeys(config);
  for (const auto& [name, backend] : config.backends) addBackend(name, backend, plugins, rows);
  for (const auto& [name, route] : config.routes)
    for (const auto& [key, texts] : route.given)
      rows.push_back(
          {"route.\"" + name + "\"." + key, http::commaList(texts), originOf(route.sources.at(key))});
  return rows;
}

void printRows(const std::vector<ShownValue>& rows, TableFormat format) {
  if (format == TableFormat::json) {
    auto json = nlohmann::ordered_json::array();
    for (const auto& [key, value, from] : rows)
      json.push_back({{"key", key}, {"value", value}, {"from", from}});
    return print(json);
  }
  TextTable table({"KEY", "VALUE", "FROM"});
  for (const auto& [key, value, from] : rows)
    table.add({printable(key), value.empty() ? "-" : printable(value), printable(from)});
  std::cout << table.in(format) << std::flush;
}

}  // namespace

void checkConfig(const ConfigSources& sources) {
  const Config config = loadConfig(sources);
  http::Endpoints endpoints;
  addHostEndpoints(endpoints, unanswered(config.server), config.cache.expire);
  checkRoutes(config, endpoints);
  const Logger logger(LogLevel::warning);
  auto plugins = pluginSet(config, sources.environment, logger);
  for (const auto& [name, backend] : config.backends)
    if (!backend.tiers) checkSettings(name, backend, plugins);
  for (const auto& line : unknownVariables(sources.environment))
    std::cerr << "larder: warning: " << line << '\n';
  std::cout << "ok" << std::endl;
}

void showConfig(const ConfigSources& sources, TableFormat format) {
  const Config config = loadConfig(sources);
  const Logger logger(LogLevel::error);
  auto plugins = pluginSet(config, sources.environment, logger);
  printRows(valuesOf(config, plugins), format);
}

}  // namespace larder::host
