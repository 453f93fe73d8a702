// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_COMPLETION_HPP
#define LARDER_COMMANDS_COMPLETION_HPP

#include <string>
#include <string_view>

#include "commands/description.hpp"

namespace larder::host {

enum class Shell { bash, zsh, fish };

/// Returns a script for `shell` that completes the command `larder`: subcommands, options, the words that an
/// option accepts, files, and plugin names, for which the script calls `larder plugins`.
std::string completion(const CommandDescription& larder, Shell shell);

namespace completion_scripts {
/// Returns a script template by its file name; `completion` replaces its %WORDS%. The build embeds the
/// templates.
std::string_view text(std::string_view name);
}  // namespace completion_scripts

}  // namespace larder::host

#endif
