// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_ARGUMENTS_HPP
#define LARDER_COMMANDS_ARGUMENTS_HPP

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// Adds --config and --set (or --option), the sources of a configuration.
void addSources(CLI::App& command, ConfigSources& sources);

/// Adds --set (or --option) for options of a backend.
void addBackendOptions(CLI::App& command, std::vector<std::string>& sets);

/// Adds an option or a positional argument that takes one of the given words; the first is the default.
template <class Value>
CLI::Option* addChoice(CLI::App& command, const std::string& name, Value& value, const std::string& help,
                       const std::vector<std::pair<std::string, Value>>& choices) {
  std::string known;
  std::string words;
  for (const auto& [word, meant] : choices) {
    known += (known.empty() ? "" : &word == &choices.back().first ? " or " : ", ") + word;
    words += (words.empty() ? "" : "|") + word;
  }
  const auto take = [name, &value, choices, known](const std::string& text) {
    for (const auto& [word, meant] : choices)
      if (word == text) {
        value = meant;
        return;
      }
    throw CLI::ValidationError(name, "\"" + text + "\" is unknown; use " + known);
  };
  return command.add_option_function<std::string>(name, take, help)
      ->type_name(words)
      ->default_str(choices.front().first);
}

/// Adds --format table|tsv|json, and --json as its short form.
void addFormat(CLI::App& command, TableFormat& format);

/// Adds an option that takes a duration from 1ms to 1d.
CLI::Option* addDuration(CLI::App& command, const std::string& name, std::chrono::milliseconds& value,
                         const std::string& help);

}  // namespace larder::host

#endif
