// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_MAPPING_HPP
#define LARDER_LOADING_PLUGIN_MAPPING_HPP

#include "loading/plugin_file.hpp"

namespace larder {

/// Maps the opened file itself, whatever its path refers to by now, and returns dlopen's handle. The mapping,
/// and the descriptor of its first mapping, stay until the process ends. Throws PluginError. Thread-safe.
void* mapPlugin(PluginFile& file);

}  // namespace larder

#endif
