// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_PLUGIN_PATH_HPP
#define LARDER_CONFIG_PLUGIN_PATH_HPP

#include <string>

namespace larder::host {

/// Makes a plugin file's relative path absolute, from the working directory. Leaves names and absolute paths
/// unchanged.
std::string absolutePlugin(const std::string& plugin);

/// Does the same for a value of cache.backend: a name, a path or a URL, with optional options after `?`.
/// Leaves names and URLs unchanged.
std::string absoluteBackend(const std::string& backend);

}  // namespace larder::host

#endif
