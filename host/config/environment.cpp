// SPDX-License-Identifier: Apache-2.0
#include "config/environment.hpp"

#include <unistd.h>
#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "config/known_keys.hpp"
#include "config/toml_settings.hpp"

namespace larder::host {
namespace {

constexpr std::string_view kPrefix = "LARDER_";
constexpr std::string_view kBackends = "LARDER_BACKENDS_";
constexpr std::string_view kFileEnding = "_FILE";
constexpr std::string_view kPluginPath = "LARDER_PLUGIN_PATH";  // plugin_directories.cpp reads it

// Spells `text` as in a variable name.
std::string upper(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain ? c : '_';
  });
  return name;
}

std::string lower(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

std::string variableOf(const FixedKey& key) {
  return std::string(kPrefix) + upper(std::string(key.section) + "_" + std::string(key.name));
}

// Returns the fixed key that the variable names, with or without a _file ending.
std::optional<std::vector<std::string>> fixedKeyOf(std::string_view variable) {
  const auto keys = fixedKeys();
  for (const std::string_view ending : {std::string_view(), kFileEnding})
    for (const auto& key : keys)
      if (variable == variableOf(key).append(ending))
        return std::vector{std::string(key.section), std::string(key.name) + lower(ending)};
  return std::nullopt;
}

// Splits LARDER_BACKENDS_NAME_OPTION into NAME and OPTION. NAME is the longest known backend name that fits,
// or else ends at the first underscore.
std::optional<std::vector<std::string>> backendOptionOf(std::string_view variable,
                                                        const std::set<std::string>& names) {
  if (!variable.starts_with(kBackends)) return std::nullopt;
  const auto rest = variable.substr(kBackends.size());
  std::string name;
  for (const auto& each : names)
    if (each.size() > name.size() && rest.starts_with(upper(each) + "_")) name = each;
  const auto end = name.empty() ? rest.find('_') : name.size();
  if (end == 0 || end == std::string_view::npos || end + 1 >= rest.size()) return std::nullopt;
  return std::vector{std::string("backends"), name.empty() ? lower(rest.substr(0, end)) : name,
                     lower(rest.substr(end + 1))};
}

}  // namespace

Environment larderEnvironment() {
  Environment environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const auto equals = variable.find('=');
    if (equals == std::string_view::npos || !variable.starts_with(kPrefix)) continue;
    environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return environment;
}

void applyEnvironment(const Environment& environment, const std::set<std::string>& backends, Config& config) {
  std::set<std::string> names = backends;
  for (const auto& [name, backend] : config.backends) names.insert(name);
  for (const auto& [variable, value] : environment) {
    auto path = fixedKeyOf(variable);
    if (!path) path = backendOptionOf(variable, names);
    if (!path) continue;
    Setting setting = readPlainValue(*std::move(path), value, variable + ": ");
    setting.layer = Layer::environment;
    apply(setting, config);
  }
}

std::vector<std::string> unknownVariables(const Environment& environment) {
  std::vector<std::string> known;
  for (const auto& key : fixedKeys()) known.push_back(variableOf(key));
  std::vector<std::string> lines;
  for (const auto& [variable, value] : environment) {
    if (variable == kPluginPath || variable == kAdminTokenVariable || fixedKeyOf(variable) ||
        backendOptionOf(variable, {}))
      continue;
    lines.push_back(variable + ": names no key of the configuration and is ignored" +
                    closeSpelling(variable, known));
  }
  return lines;
}

}  // namespace larder::host
