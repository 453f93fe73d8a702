// SPDX-License-Identifier: Apache-2.0
#include "commands/backend_arguments.hpp"

#include <larder/backend_url.hpp>

#include "config/plugin_path.hpp"
#include "config/toml_settings.hpp"

namespace larder::host {

BackendConfig backendFromArguments(const std::string& given, const std::vector<std::string>& sets) {
  const auto plugin = absoluteBackend(given);
  BackendConfig config{.plugin = plugin, .settings = {}, .sources = {}};
  try {
    if (BackendUrl::isMeant(plugin)) config.url = BackendUrl::parse(plugin);
  } catch (const SettingError& error) {
    throw ConfigError(error.what());
  }
  for (const auto& assignment : sets) {
    const Setting setting = readAssignment(assignment, "--set ");
    if (setting.path.size() != 1 || setting.kind == Setting::Kind::unsupported)
      refuse(setting, "is not an option of a backend; write NAME=VALUE, like max_bytes=64MiB");
    config.settings[setting.path.front()] = setting.texts;
    if (setting.kind == Setting::Kind::plain) config.plain.insert(setting.path.front());
    config.sources[setting.path.front()] = setting.source;
  }
  return config;
}

std::string backendLabel(const std::string& plugin) {
  const bool is_url = BackendUrl::isMeant(plugin);
  return is_url ? backendFromArguments(plugin, {}).url->label()
                : std::filesystem::path(plugin).stem().string();
}

}  // namespace larder::host
