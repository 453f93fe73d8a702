// SPDX-License-Identifier: Apache-2.0
#include "commands/description.hpp"

#include <algorithm>
#include <cctype>

namespace larder::host {
namespace {

// Extracts the words of a value name like "table|tsv|json"; "NAME|URL" has none.
std::vector<std::string> choicesIn(const std::string& value) {
  const auto is_upper = [](unsigned char c) { return std::isupper(c) != 0; };
  if (value.find('|') == std::string::npos || std::any_of(value.begin(), value.end(), is_upper)) return {};
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= value.size();) {
    const auto end = std::min(value.find('|', begin), value.size());
    words.push_back(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

ArgumentDescription describe(const CLI::Option& option) {
  ArgumentDescription argument;
  if (option.nonpositional()) {
    for (const auto& name : option.get_snames()) argument.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) argument.names.push_back("--" + name);
  } else {
    argument.names.push_back(option.get_name());
  }
  if (option.get_items_expected_max() > 0) argument.value = option.get_type_name();
  argument.help = option.get_description();
  argument.standard = option.get_default_str();
  argument.choices = choicesIn(argument.value);
  argument.required = option.get_required();
  return argument;
}

// CLI11 copies a command's footer to its subcommands; a footer already shown above is not repeated.
CommandDescription describe(const CLI::App& app, std::vector<std::string> path,
                            const std::string& footer_above) {
  CommandDescription command;
  command.help = app.get_description();
  if (app.get_footer() != footer_above) command.footer = app.get_footer();
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->nonpositional() ? command.options : command.positionals).push_back(describe(*option));
  }
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_group().empty()) continue;
    auto path_below = path;
    path_below.push_back(below->get_name());
    command.commands.push_back(describe(*below, std::move(path_below), app.get_footer()));
  }
  command.path = std::move(path);
  return command;
}

void flatten(const CommandDescription& command, std::vector<const CommandDescription*>& all) {
  all.push_back(&command);
  for (const auto& below : command.commands) flatten(below, all);
}

}  // namespace

CommandDescription describe(const CLI::App& app) { return describe(app, {}, {}); }

std::vector<const CommandDescription*> flattened(const CommandDescription& description) {
  std::vector<const CommandDescription*> all;
  flatten(description, all);
  return all;
}

std::string pathText(const CommandDescription& command) {
  std::string text;
  for (const auto& name : command.path) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace larder::host
