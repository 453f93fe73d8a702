// SPDX-License-Identifier: Apache-2.0
#include "commands/backend_arguments.hpp"

#include "config/toml_settings.hpp"

namespace larder::host {

BackendConfig backendFromArguments(const std::string& plugin, const std::vector<std::string>& sets) {
  BackendConfig config{.plugin = plugin, .settings = {}, .sources = {}};
  for (const auto& assignment : sets) {
    const Setting setting = readAssignment(assignment, "--set ");
    if (setting.path.size() != 1 || setting.kind == Setting::Kind::unsupported)
      refuse(setting, "is not an option of a backend; write NAME=VALUE, like max_bytes=64MiB");
    config.settings[setting.path.front()] = setting.texts;
    config.sources[setting.path.front()] = setting.source;
  }
  return config;
}

}  // namespace larder::host
