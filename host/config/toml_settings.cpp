// SPDX-License-Identifier: Apache-2.0
#include "config/toml_settings.hpp"

#include <toml++/toml.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "config/config.hpp"
#include "config/read_file.hpp"

namespace larder::host {
namespace {

std::optional<std::string> scalarText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  return std::nullopt;
}

// Keeps small fractions, which std::to_string would round to 0.
std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

Setting::Kind kindOf(const toml::node& node) {
  if (node.is_string()) return Setting::Kind::text;
  if (node.is_integer()) return Setting::Kind::integer;
  if (node.is_floating_point()) return Setting::Kind::real;
  if (node.is_boolean()) return Setting::Kind::boolean;
  if (node.is_array()) return Setting::Kind::list;
  if (node.is_table()) return Setting::Kind::section;
  return Setting::Kind::unsupported;
}

Setting readNode(const toml::node& node, std::vector<std::string> path, std::string source) {
  Setting setting{.path = std::move(path), .kind = kindOf(node), .texts = {}, .source = std::move(source)};
  if (const auto* array = node.as_array()) {
    for (const auto& element : *array) {
      if (auto text = scalarText(element))
        setting.texts.push_back(*std::move(text));
      else
        setting.kind = Setting::Kind::unsupported;
    }
  } else if (const auto* real = node.as_floating_point()) {
    setting.texts.push_back(shortest(real->get()));
  } else if (auto text = scalarText(node)) {
    setting.texts.push_back(*std::move(text));
  }
  return setting;
}

std::string lineOf(const std::string& file, const toml::source_region& region) {
  return file + ":" + std::to_string(region.begin.line) + ": ";
}

void collect(const toml::table& table, const std::string& file, std::vector<std::string>& path,
             std::vector<Setting>& settings) {
  for (const auto& [key, node] : table) {
    path.emplace_back(key.str());
    if (const auto* section = node.as_table(); section != nullptr && !section->empty())
      collect(*section, file, path, settings);
    else
      settings.push_back(readNode(node, path, lineOf(file, key.source())));
    path.pop_back();
  }
}

// Returns where KEY ends in KEY=VALUE: at the first '=' outside quotes.
std::size_t endOfKey(std::string_view assignment) {
  char quote = '\0';
  for (std::size_t i = 0; i < assignment.size(); ++i) {
    const char c = assignment[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '=') {
      return i;
    }
  }
  return std::string_view::npos;
}

// Parses a dotted key with the TOML parser, as the key of a dummy value.
std::vector<std::string> readKey(std::string_view key) {
  std::vector<std::string> path;
  const toml::table document = toml::parse(std::string(key) + " = 0");
  for (const toml::table* level = &document; level != nullptr;) {
    const auto first = level->begin();  // the iterator owns its pair, so it must outlive the use
    path.emplace_back(first->first.str());
    level = first->second.as_table();
  }
  return path;
}

}  // namespace

std::vector<Setting> readTomlFile(const std::filesystem::path& file) {
  const std::string text = readRegularFile(file);
  std::vector<Setting> settings;
  try {
    std::vector<std::string> path;
    collect(toml::parse(text), file.string(), path, settings);
  } catch (const toml::parse_error& error) {
    throw ConfigError(lineOf(file.string(), error.source()) + std::string(error.description()));
  }
  return settings;
}

Setting readPlainValue(std::vector<std::string> path, std::string_view value, std::string source) {
  try {
    const toml::table document = toml::parse("value = " + std::string(value));
    const auto* node = document.get("value");
    // More than one key means that the value contains line breaks, so it is not a TOML value.
    if (node != nullptr && document.size() == 1 && (node->is_string() || node->is_array()))
      return readNode(*node, std::move(path), std::move(source));
  } catch (const toml::parse_error&) {
    // It is not TOML, so it is plain text.
  }
  return {.path = std::move(path),
          .kind = Setting::Kind::plain,
          .texts = {std::string(value)},
          .source = std::move(source)};
}

Setting readAssignment(std::string_view assignment, std::string source) {
  const auto key = assignment.substr(0, endOfKey(assignment));
  const auto malformed = [&] {
    return ConfigError(source + std::string(key) + ": is not KEY=VALUE; write it like cache.expire=10s");
  };
  if (key.size() == assignment.size() || key.find('\n') != std::string_view::npos) throw malformed();
  try {
    auto path = readKey(key);
    return readPlainValue(std::move(path), assignment.substr(key.size() + 1), source);
  } catch (const toml::parse_error&) {
    throw malformed();
  }
}

}  // namespace larder::host
