// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP
#define LARDER_COMMANDS_BACKEND_ARGUMENTS_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// A backend as a command line gives it: a plugin and --set NAME=VALUE for its options. Throws ConfigError.
BackendConfig backendFromArguments(const std::string& plugin, const std::vector<std::string>& sets);

}  // namespace larder::host

#endif
