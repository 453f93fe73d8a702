// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP
#define LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// A backend as a command line gives it: a plugin or URL and --set NAME=VALUE for its options. Throws
/// ConfigError.
BackendConfig backendFromArguments(const std::string& plugin, const std::vector<std::string>& sets);

/// What to call that plugin: its name, that of its file, or the URL's scheme; no password.
std::string backendLabel(const std::string& plugin);

}  // namespace larder::host

#endif
