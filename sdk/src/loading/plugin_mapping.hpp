// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_MAPPING_HPP
#define LARDER_LOADING_PLUGIN_MAPPING_HPP

#include "loading/plugin_file.hpp"

namespace larder {

/// Maps the opened file itself, whatever its path names by now, and answers dlopen's handle. It stays mapped,
/// and the descriptor of its first mapping open, until the process ends. Throws PluginError. Thread-safe.
void* mapPlugin(PluginFile& file);

}  // namespace larder

#endif
