// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_COMMANDS_HPP
#define LARDER_COMMANDS_COMMANDS_HPP

#include <CLI/CLI.hpp>
#include <functional>
#include <vector>

#include "config/environment.hpp"

namespace larder::host {

/// The exit status of every command.
enum ExitStatus { succeeded = 0, failedAtRunTime = 1, refused = 2 };

/// One subcommand and its function. `run` is called once the command line is parsed; it returns an
/// ExitStatus, or throws as runCommandLine() describes.
struct Command {
  CLI::App* app;
  std::function<int(const Environment& environment)> run;
};

/// Each function adds its subcommands to `app`. Their option values live as long as the returned commands.
std::vector<Command> hostCommands(CLI::App& app);                    ///< serve, routes, config
std::vector<Command> adminCommands(CLI::App& app);                   ///< commands that ask a running host
std::vector<Command> measuringCommands(CLI::App& app);               ///< bench, replay
std::vector<Command> pluginCommands(CLI::App& app, bool has_check);  ///< check, inspect, plugins, plugin
std::vector<Command> shellCommands(CLI::App& app);  ///< completion, version; `app` must outlive them

}  // namespace larder::host

#endif
