// SPDX-License-Identifier: Apache-2.0
#include "commands/command_line.hpp"

#include <larder/plugin_library.hpp>
#include <larder/spelling_suggestion.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "commands/commands.hpp"
#include "config/config.hpp"

namespace larder::host {
namespace {

constexpr const char* kVersion = "larder " LARDER_VERSION;

constexpr const char* kFooter =
    "Exit status:\n"
    "  0  done; serve: stopped by SIGTERM or SIGINT\n"
    "  1  failed while running; serve: requests were cut by the stop; check: a test failed\n"
    "  2  refused: wrong arguments, configuration or plugin";

int fail(ExitStatus status, const std::string& what) {
  std::cerr << "larder: " << what << std::endl;
  return status;
}

// Mistakes that the user can correct before the next try are refusals; everything else is a failure.
int run(const Command& command) {
  try {
    return command.run(larderEnvironment());
  } catch (const ConfigError& error) {
    return fail(refused, error.what());
  } catch (const SettingError& error) {
    return fail(refused, error.what());
  } catch (const PluginError& error) {
    return fail(refused, error.what());
  } catch (const std::invalid_argument& error) {
    return fail(refused, error.what());
  } catch (const std::exception& error) {
    return fail(failedAtRunTime, error.what());
  }
}

std::string oneLine(const CLI::App* /*app*/, const CLI::Error& error) {
  return std::string("larder: ") + error.what() + "; see larder --help\n";
}

std::vector<std::string> commandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> optionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// Returns the most deeply nested subcommand that the command line names.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

std::string unexpected(const CLI::App& app, const std::string& argument) {
  const auto& command = innermost(app);
  if (argument.starts_with("-")) {
    const auto name = argument.substr(0, argument.find('='));
    const auto where = &command == &app ? std::string() : " " + command.get_name();
    return "unknown option " + name + closeSpelling(name, optionNames(command)) + " (see larder" + where +
           " --help)";
  }
  if (!commandNames(command).empty())
    return "unknown command \"" + argument + "\"" + suggestion(argument, commandNames(command));
  return command.get_name() + ": \"" + argument + "\" is one argument too many; see larder " +
         command.get_name() + " --help";
}

}  // namespace

int runCommandLine(int argc, const char* const* argv, bool has_check) {
  CLI::App app("Caches in front of C++ endpoints, with backends as plugins", "larder");
  app.set_version_flag("-V,--version", kVersion);
  app.require_subcommand(1);
  app.failure_message(oneLine);
  app.footer(kFooter);
  std::vector<Command> commands;
  for (auto group : {hostCommands(app), adminCommands(app), measuringCommands(app),
                     pluginCommands(app, has_check), shellCommands(app)})
    std::move(group.begin(), group.end(), std::back_inserter(commands));

  // CLI11's own message would only say that the word was not expected.
  const auto is_meant = [&](const CLI::App* command) { return argc > 1 && command->check_name(argv[1]); };
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(is_meant).empty())
    return fail(refused, unexpected(app, argv[1]));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // The extra word may be a misspelled subcommand.
    const auto extras = app.remaining(true);
    const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
    if (!extras.empty() && (code == CLI::ExitCodes::ExtrasError || code == CLI::ExitCodes::RequiredError))
      return fail(refused, unexpected(app, extras.front()));
    return app.exit(error) == 0 ? succeeded : refused;
  }
  const auto chosen = std::find_if(commands.begin(), commands.end(),
                                   [](const Command& command) { return command.app->parsed(); });
  return run(*chosen);
}

}  // namespace larder::host
