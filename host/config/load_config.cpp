// SPDX-License-Identifier: Apache-2.0
#include "config/load_config.hpp"

#include <unistd.h>

#include <string_view>
#include <utility>

#include "config/known_keys.hpp"
#include "config/toml_settings.hpp"

namespace larder::host {
namespace {

constexpr std::string_view kVariablePrefix = "LARDER_";

std::string variableOf(const FixedKey& key) {
  std::string name(kVariablePrefix);
  for (const char c : std::string(key.section) + "_" + std::string(key.name))
    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

void applyEnvironment(const Environment& environment, Config& config) {
  for (const FixedKey& key : fixedKeys()) {
    const auto variable = environment.find(variableOf(key));
    if (variable == environment.end()) continue;
    apply(readPlainValue({std::string(key.section), std::string(key.name)}, variable->second,
                         variable->first + ": "),
          config);
  }
}

// A backend needs no section, and a section no `plugin`: its name is the plugin's.
void completeBackends(Config& config) {
  config.backends[config.cache.backend];
  for (auto& [name, backend] : config.backends)
    if (backend.plugin.empty()) backend.plugin = name;
}

}  // namespace

Config loadConfig(const ConfigSources& sources) {
  Config config;
  if (sources.file)
    for (const Setting& setting : readTomlFile(*sources.file)) apply(setting, config);
  applyEnvironment(sources.environment, config);
  for (const auto& assignment : sources.sets) apply(readAssignment(assignment, "--set "), config);
  if (sources.backend)
    apply({.path = {"cache", "backend"}, .texts = {*sources.backend}, .source = "--backend: "}, config);
  completeBackends(config);
  return config;
}

void useBackend(const std::string& name, Config& config) {
  config.cache.backend = name;
  completeBackends(config);
}

Environment larderEnvironment() {
  Environment environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const auto equals = variable.find('=');
    if (equals == std::string_view::npos || !variable.starts_with(kVariablePrefix)) continue;
    environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return environment;
}

}  // namespace larder::host
