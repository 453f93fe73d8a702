// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PLUGIN_REFUSAL_HPP
#define LARDER_PLUGIN_REFUSAL_HPP

#include <larder/plugin_library.hpp>

#include <filesystem>
#include <string>

namespace larder {

/// Returns why PluginLibrary::load(file, rules) would refuse this file before running any of its code: its
/// owner and permissions, its note, its ABI, its SHA-256. Returns an empty string if load() would run it.
/// `file` is absolute. Warnings go to `rules.warn`. Blocks while it reads the file; runs no
/// code of the plugin; does not throw PluginError.
std::string pluginRefusal(const std::filesystem::path& file, const LoadRules& rules);

}  // namespace larder

#endif
