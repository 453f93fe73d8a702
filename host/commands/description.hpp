// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_DESCRIPTION_HPP
#define LARDER_COMMANDS_DESCRIPTION_HPP

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace larder::host {

/// An option or a positional argument of a command.
struct ArgumentDescription {
  std::vector<std::string> names;    ///< "-V", "--version"; a positional argument has one name, "URL"
  std::string value;                 ///< the name of its value, "FILE"; empty if it takes none
  std::string help;                  ///< one sentence
  std::string standard;              ///< the default; empty if there is none
  std::vector<std::string> choices;  ///< the only accepted values, if there are only some
  bool required = false;
};

/// A command and everything that a user may type after it.
struct CommandDescription {
  std::vector<std::string> path;  ///< {"config", "check"}; empty for the program itself
  std::string help;
  std::string footer;
  std::vector<ArgumentDescription> options;
  std::vector<ArgumentDescription> positionals;
  std::vector<CommandDescription> commands;
};

/// Returns the description of `app` and its subcommands, without hidden ones. --help, the man page and shell
/// completion all derive from the parser this way.
CommandDescription describe(const CLI::App& app);

/// Returns the description and its descendants, in the order in which --help lists them.
std::vector<const CommandDescription*> flattened(const CommandDescription& description);

/// "config check"
std::string pathText(const CommandDescription& command);

}  // namespace larder::host

#endif
