// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_SHOW_CONFIG_HPP
#define LARDER_COMMANDS_SHOW_CONFIG_HPP

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// `larder config check`: reads the configuration as `serve` does, loads the plugins that it names and checks
/// their options. Opens no backend, database or port. Prints "ok", and warnings on stderr. Throws ConfigError
/// or PluginError for the first fault.
void checkConfig(const ConfigSources& sources);

/// `larder config show`: prints every key, its value and its origin. Loads the plugins to learn which options
/// are secret, and hides every option of a plugin that cannot be loaded. Throws ConfigError, or SettingError
/// for a URL that its plugin does not accept.
void showConfig(const ConfigSources& sources, TableFormat format);

}  // namespace larder::host

#endif
