// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_PLUGIN_PATH_HPP
#define LARDER_CONFIG_PLUGIN_PATH_HPP

#include <string>

namespace larder::host {

/// Makes the relative path of a plugin's file absolute, from the working directory. A name and an absolute
/// path stay as they are.
std::string absolutePlugin(const std::string& plugin);

/// The same for a backend as cache.backend takes it: a name, a path or a URL, perhaps with options after a
/// `?`. Names and URLs stay as they are.
std::string absoluteBackend(const std::string& backend);

}  // namespace larder::host

#endif
