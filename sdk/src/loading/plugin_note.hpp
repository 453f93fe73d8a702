// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_NOTE_HPP
#define LARDER_LOADING_PLUGIN_NOTE_HPP

#include <larder/plugin_library.hpp>

#include "loading/plugin_file.hpp"

namespace larder {

/// The contents of a plugin's ELF headers, read without mapping the file.
struct PluginHeaders {
  PluginNote note;
  bool executableStack = false;  ///< the loader would make this process's stacks executable
};

/// Reads a plugin's headers. Throws PluginError as readPluginNote does.
PluginHeaders readPluginHeaders(const PluginFile& file);

}  // namespace larder

#endif
