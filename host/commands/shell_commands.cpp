// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/completion.hpp"
#include "commands/manual_page.hpp"

namespace larder::host {
namespace {

constexpr const char* kFooter =
    "Write it to ~/.local/share/bash-completion/completions/larder for bash, to _larder in a directory of\n"
    "$fpath for zsh, to ~/.config/fish/completions/larder.fish for fish. Packages do that for all users.";

Command addCompletion(CLI::App& app) {
  const auto shell = std::make_shared<Shell>(Shell::bash);
  auto& command = *app.add_subcommand("completion", "Print a script that completes this command in a shell");
  addChoice<Shell>(command, "SHELL", *shell, "The shell",
                   {{"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}})
      ->required()
      ->default_str("");  // none, although the variable has a value
  command.footer(kFooter);
  return {&command, [shell, &app](const Environment&) {
            std::cout << completion(describe(app), *shell) << std::flush;
            return succeeded;
          }};
}

// Hidden: the build makes the man page by it.
Command addManual(CLI::App& app) {
  auto& command = *app.add_subcommand("manual", "Print the sections of the man page about the commands");
  command.group("");
  return {&command, [&app](const Environment&) {
            std::cout << manualPageSections(describe(app)) << std::flush;
            return succeeded;
          }};
}

Command addVersion(CLI::App& app) {
  auto& command = *app.add_subcommand("version", "Print the version");
  return {&command, [&app](const Environment&) {
            std::cout << app.version() << std::endl;
            return succeeded;
          }};
}

}  // namespace

std::vector<Command> shellCommands(CLI::App& app) {
  return {addCompletion(app), addManual(app), addVersion(app)};
}

}  // namespace larder::host
