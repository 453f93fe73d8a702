// SPDX-License-Identifier: Apache-2.0
#include "commands/completion.hpp"

#include <string_view>

namespace larder::host {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string scriptNamed(const std::string& name) { return std::string(completion_scripts::text(name)); }

bool isFile(const ArgumentDescription& argument) { return argument.value == "FILE"; }

bool isPlugin(const ArgumentDescription& argument) {
  return argument.value == "NAME|URL" || argument.names.front() == "PLUGIN" ||
         argument.names.front() == "BACKEND";
}

// Returns shell words that complete the argument; leaves files to the shell.
std::string wordsFor(const ArgumentDescription& argument, const std::string& plugins) {
  return isPlugin(argument) ? plugins : joined(argument.choices);
}

std::string longNames(const CommandDescription& command) {
  std::string text;
  for (const auto& option : command.options)
    for (const auto& name : option.names)
      if (name.starts_with("--")) text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string namesOfCommands(const CommandDescription& command) {
  std::string text;
  for (const auto& below : command.commands) text += (text.empty() ? "" : " ") + below.path.back();
  return text;
}

// ---- bash

std::string bashCase(const std::string& pattern, const std::string& words) {
  if (words.empty()) return "    " + pattern + ") ;;\n";
  const auto plain = words.find("$(") == std::string::npos;
  return "    " + pattern + ") echo " + (plain ? "'" + words + "'" : "\"" + words + "\"") + " ;;\n";
}

std::string bashWords(const CommandDescription& command) {
  if (!command.commands.empty()) return namesOfCommands(command);
  if (command.positionals.empty()) return {};
  const auto& first = command.positionals.front();
  const auto words = wordsFor(first, "$(_larder_plugins)");
  return isFile(first) || isPlugin(first) ? words + " FILE" : words;
}

std::string forBash(const CommandDescription& larder) {
  std::string words;
  std::string options;
  std::string values;
  for (const auto* command : flattened(larder)) {
    const auto path = "'" + pathText(*command) + "'";
    words += bashCase(path, bashWords(*command));
    options += bashCase(path, longNames(*command));
    for (const auto& option : command->options) {
      if (option.value.empty()) continue;
      std::string pattern;
      for (const auto& name : option.names)
        pattern += (pattern.empty() ? "'" : " | '") + pathText(*command) + " " + name + "'";
      values += bashCase(pattern, isFile(option) ? "FILE" : wordsFor(option, "$(_larder_plugins)"));
    }
  }
  auto script = replaced(scriptNamed("larder.bash"), "%WORDS%", words);
  script = replaced(script, "%OPTIONS%", options);
  return replaced(script, "%VALUES%", values);
}

// ---- zsh

// Escapes text for single quotes within the brackets of _arguments.
std::string zshText(const std::string& text) {
  auto quoted = replaced(text, "\\", "\\\\");
  quoted = replaced(quoted, "'", "'\\''");
  quoted = replaced(quoted, "[", "\\[");
  quoted = replaced(quoted, "]", "\\]");
  return replaced(quoted, ":", "\\:");
}

std::string zshAction(const ArgumentDescription& argument) {
  if (isPlugin(argument)) return "_larder_plugins";
  if (isFile(argument)) return "_files";
  return argument.choices.empty() ? " " : "(" + joined(argument.choices) + ")";
}

std::string zshOption(const ArgumentDescription& option, const std::string& name) {
  auto text = "'*" + name + "[" + zshText(option.help) + "]";
  if (!option.value.empty()) text += ":" + zshText(option.value) + ":" + zshAction(option);
  return text + "'";
}

std::string zshCase(const CommandDescription& command) {
  auto text = "    '" + pathText(command) + "')\n      _arguments";
  for (const auto& option : command.options)
    for (const auto& name : option.names) text += " \\\n        " + zshOption(option, name);
  for (const auto& positional : command.positionals)
    text += " \\\n        ':" + positional.names.front() + ":" + zshAction(positional) + "'";
  if (!command.commands.empty()) {
    text += " \\\n        ':command:((";
    for (const auto& below : command.commands)
      text += below.path.back() + "\\:\"" + replaced(zshText(below.help), "\"", "\\\"") + "\" ";
    text.back() = ')';
    text += ")'";
  }
  return text + " ;;\n";
}

std::string forZsh(const CommandDescription& larder) {
  std::string below;
  std::string cases;
  for (const auto* command : flattened(larder)) {
    if (command->path.size() > 1)
      below += "        '" + pathText(*command) + "') at+=\" ${words[3]}\" depth=2 ;;\n";
    cases += zshCase(*command);
  }
  return replaced(replaced(scriptNamed("larder.zsh"), "%BELOW%", below), "%CASES%", cases);
}

// ---- fish

std::string fishText(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fishValue(const ArgumentDescription& argument) {
  if (isFile(argument)) return " -r -F";
  const auto words = wordsFor(argument, "(__larder_plugins)");
  return words.empty() ? " -x" : " -x -a " + fishText(words);
}

std::string fishLines(const CommandDescription& command) {
  const auto at = pathText(command);
  const auto begin =
      "complete -c larder -n '" + (at.empty() ? std::string("__larder_ends_at") : "__larder_at " + at) + "'";
  std::string text;
  for (const auto& option : command.options) {
    text += begin;
    for (const auto& name : option.names)
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    text += (option.value.empty() ? "" : fishValue(option)) + " -d " + fishText(option.help) + "\n";
  }
  for (const auto& below : command.commands)
    text += "complete -c larder -n '__larder_ends_at" + (at.empty() ? "" : " " + at) + "' -f -a " +
            below.path.back() + " -d " + fishText(below.help) + "\n";
  if (!command.positionals.empty() && isPlugin(command.positionals.front()))
    text += begin + " -a '(__larder_plugins)' -d plugin\n";
  return text;
}

std::string forFish(const CommandDescription& larder) {
  std::string lines;
  for (const auto* command : flattened(larder)) lines += fishLines(*command);
  return replaced(scriptNamed("larder.fish"), "%LINES%\n", lines);
}

}  // namespace

std::string completion(const CommandDescription& larder, Shell shell) {
  switch (shell) {
    case Shell::bash: return forBash(larder);
    case Shell::zsh: return forZsh(larder);
    case Shell::fish: return forFish(larder);
  }
  return {};
}

}  // namespace larder::host
