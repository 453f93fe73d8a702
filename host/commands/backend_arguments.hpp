// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP
#define LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// Returns the configuration of a backend given on a command line: `plugin` is a plugin's name, path or URL,
/// and the options are NAME=VALUE. Throws ConfigError.
BackendConfig backendFromArguments(const std::string& plugin, const std::vector<std::string>& sets);

/// Returns the backend's name for output: the plugin's name, its file's, or the URL's scheme. Never contains
/// a password.
std::string backendLabel(const std::string& plugin);

}  // namespace larder::host

#endif
