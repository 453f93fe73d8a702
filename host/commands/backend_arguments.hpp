// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP
#define LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// Returns the configuration of a backend that a command line names: by a plugin's name, path or URL, and by
/// NAME=VALUE for its options. Throws ConfigError.
BackendConfig backendFromArguments(const std::string& plugin, const std::vector<std::string>& sets);

/// Returns what to call that backend in output: the plugin's name, its file's, or the URL's scheme. Never
/// holds a password.
std::string backendLabel(const std::string& plugin);

}  // namespace larder::host

#endif
