// SPDX-License-Identifier: Apache-2.0
#include "commands/manual_page.hpp"

#include <algorithm>
#include <cctype>

namespace larder::host {
namespace {

// Escapes a text line for mdoc: a leading dot or quote would start a macro, a backslash an escape.
std::string textLine(const std::string& text) {
  std::string line;
  for (const char c : text) line += c == '\\' ? std::string("\\e") : c == '\n' ? " " : std::string(1, c);
  return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line;
}

// Escapes a macro argument. Quotes keep words like "Ar" and punctuation from being macros themselves.
std::string word(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? std::string("\"\"") : c == '\\' ? std::string("\\e") : std::string(1, c);
  return quoted + "\"";
}

// Capitalizes the first letter, unless the first word is something like http://HOST.
std::string sentence(std::string text) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  const auto end_of_word = std::find_if_not(text.begin(), text.end(), is_letter);
  if (end_of_word != text.begin() && end_of_word != text.end() && *end_of_word == ' ')
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text.empty() || text.back() == '.' || text.back() == '\n' ? text : text + ".";
}

std::string item(const ArgumentDescription& option) {
  std::string text = ".It";
  for (const auto& name : option.names) {
    if (&name != &option.names.front()) text += " ,";
    text += name.starts_with("--") ? " Fl Fl " + name.substr(2) : " Fl " + name.substr(1);
  }
  if (!option.value.empty()) text += " Ar " + word(option.value);
  text += "\n" + textLine(sentence(option.help)) + "\n";
  if (!option.standard.empty()) text += "Default: " + textLine(option.standard) + ".\n";
  if (option.required) text += "Required.\n";
  return text;
}

bool isHelp(const ArgumentDescription& option) { return option.names.back() == "--help"; }

std::string section(const CommandDescription& command) {
  auto text = ".Ss " + pathText(command) + "\n.Nm\n.Cm " + pathText(command) + "\n";
  if (!command.commands.empty()) {
    text += ".Ar COMMAND\n";
  } else {
    if (command.options.size() > 1) text += ".Op Ar options\n";  // more than --help
    for (const auto& positional : command.positionals)
      text += (positional.required ? ".Ar " : ".Op Ar ") + positional.names.front() + "\n";
  }
  text += ".Pp\n" + textLine(sentence(command.help)) + "\n";
  for (const auto& positional : command.positionals)
    text += ".Ar " + positional.names.front() + " :\n" + textLine(sentence(positional.help)) + "\n";
  std::string items;
  for (const auto& option : command.options)
    if (!isHelp(option)) items += item(option);
  if (!items.empty()) text += ".Bl -tag -width Ds\n" + items + ".El\n";
  if (!command.footer.empty()) text += ".Pp\n" + textLine(sentence(command.footer)) + "\n";
  return text;
}

}  // namespace

std::string manualPageSections(const CommandDescription& larder) {
  std::string text;
  for (const auto* command : flattened(larder))
    if (!command->path.empty()) text += section(*command);
  return text;
}

}  // namespace larder::host
