// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_COMPLETION_HPP
#define LARDER_COMMANDS_COMPLETION_HPP

#include <string>
#include <string_view>

#include "commands/description.hpp"

namespace larder::host {

enum class Shell { bash, zsh, fish };

/// Returns a script for `shell` that completes the command `larder`: subcommands, options, words that an
/// option takes, files, and the names of plugins, for which the script asks `larder plugins`.
std::string completion(const CommandDescription& larder, Shell shell);

namespace completion_scripts {
/// Returns a script without what `completion` puts in place of its %WORDS%, by its file name; the build
/// embeds them.
std::string_view text(std::string_view name);
}  // namespace completion_scripts

}  // namespace larder::host

#endif
