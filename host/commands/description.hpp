// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_DESCRIPTION_HPP
#define LARDER_COMMANDS_DESCRIPTION_HPP

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace larder::host {

/// An option or a positional argument of a command.
struct ArgumentDescription {
  std::vector<std::string> names;    ///< "-V", "--version"; of a positional argument its one name, "URL"
  std::string value;                 ///< the name of its value, "FILE"; empty if it takes none
  std::string help;                  ///< one sentence
  std::string standard;              ///< the default; empty if there is none
  std::vector<std::string> choices;  ///< the only values it takes, if it takes just some words
  bool required = false;
};

/// A command with all that a user may type after it.
struct CommandDescription {
  std::vector<std::string> path;  ///< {"config", "check"}; empty for the program itself
  std::string help;
  std::string footer;
  std::vector<ArgumentDescription> options;
  std::vector<ArgumentDescription> positionals;
  std::vector<CommandDescription> commands;
};

/// Returns the description of `app` and of its subcommands: --help, the man page and the completion of shells
/// all say what the parser takes. Hidden commands are left out.
CommandDescription describe(const CLI::App& app);

/// Returns the description and those below it, in the order in which --help lists them.
std::vector<const CommandDescription*> flattened(const CommandDescription& description);

/// "config check"
std::string pathText(const CommandDescription& command);

}  // namespace larder::host

#endif
