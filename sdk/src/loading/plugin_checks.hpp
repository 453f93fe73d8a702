// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_CHECKS_HPP
#define LARDER_LOADING_PLUGIN_CHECKS_HPP

#include <larder/plugin_library.hpp>

#include "loading/plugin_file.hpp"
#include "loading/plugin_note.hpp"

namespace larder {

/// Checks a plugin's file by all the rules that need none of its code: its place, its headers, its ABI and
/// its digest. Throws PluginError. Warnings go to `rules.warn`.
PluginHeaders checkUnloaded(const PluginFile& file, const LoadRules& rules);

}  // namespace larder

#endif
