// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_NOTE_HPP
#define LARDER_LOADING_PLUGIN_NOTE_HPP

#include <larder/plugin_library.hpp>

#include "loading/plugin_file.hpp"

namespace larder {

/// What the ELF headers of a plugin say, read without mapping it.
struct PluginHeaders {
  PluginNote note;
  bool executableStack = false;  ///< the loader would make the stacks of this process executable
};

/// Throws PluginError as readPluginNote does.
PluginHeaders readPluginHeaders(const PluginFile& file);

}  // namespace larder

#endif
