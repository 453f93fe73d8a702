// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_NEW_PLUGIN_HPP
#define LARDER_COMMANDS_NEW_PLUGIN_HPP

#include <string>
#include <string_view>

namespace larder::host {

enum class PluginLanguage { c, cpp, rust };

/// `larder plugin new`: writes the folder `name` into the working directory: a plugin of that name with its
/// build files, README and CI file. It builds and passes `larder check` unchanged. Throws
/// std::invalid_argument if `name` is not made of letters, digits and underscores or the folder exists,
/// std::runtime_error if a file cannot be written.
void newPlugin(const std::string& name, PluginLanguage language);

namespace new_plugin {
/// Returns a template of the folder's files, by its path in Larder's tree; the build embeds them.
std::string_view text(std::string_view name);
}  // namespace new_plugin

}  // namespace larder::host

#endif
