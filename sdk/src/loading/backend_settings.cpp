// SPDX-License-Identifier: Apache-2.0
#include <larder/backend_settings.hpp>

#include <larder/plain_lists.hpp>
#include <larder/quantity.hpp>
#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <optional>

namespace larder {
namespace {

// Returns the text in quotes, truncated so that a whole file pasted into a setting does not end up in the
// log.
std::string inQuotes(std::string_view text) {
  constexpr std::size_t most = 100;
  return "\"" + std::string(text.substr(0, most)) + (text.size() > most ? "..." : "") + "\"";
}

// Returns what users should write for an option of that type.
std::string_view expected(std::uint32_t type) {
  switch (type) {
    case LARDER_OPTION_INTEGER: return "a whole number";
    case LARDER_OPTION_BOOLEAN: return "true or false";
    case LARDER_OPTION_DURATION: return "a duration like 250ms, 30s or 5min";
    case LARDER_OPTION_SIZE: return "a size like 1024, 64KiB or 256MiB";
    default: return "text";
  }
}

std::optional<std::int64_t> numberOf(std::uint32_t type, const std::string& text) {
  switch (type) {
    case LARDER_OPTION_INTEGER: return parseInteger(text);
    case LARDER_OPTION_BOOLEAN:
      if (text == "true") return 1;
      if (text == "false") return 0;
      return std::nullopt;
    case LARDER_OPTION_DURATION:
      if (const auto duration = parseDuration(text)) return duration->count();
      return std::nullopt;
    case LARDER_OPTION_SIZE: return parseSize(text);
    default: return static_cast<std::int64_t>(text.size());  // a range on text limits its length
  }
}

std::vector<std::string> splitDefault(const PluginOption& option) {
  if (!option.list) return {option.defaultValue};
  return splitAtCommas(option.defaultValue);
}

larder_bytes bytesOf(const std::string& text) { return {text.data(), text.size()}; }

}  // namespace

CheckedSettings::CheckedSettings(std::string_view backend, const std::vector<PluginOption>& options,
                                 const BackendSettings& settings)
    : where_("backends." + std::string(backend) + ".") {
  std::vector<std::string> names;
  for (const auto& option : options) names.push_back(option.name);
  for (const auto& [name, values] : settings) {
    const bool known = std::find(names.begin(), names.end(), name) != names.end();
    if (!known) throw SettingError(where_ + name + ": unknown option" + suggestion(name, names));
  }
  for (const auto& option : options) {
    const auto given = settings.find(option.name);
    if (given == settings.end() && option.required)
      throw SettingError(where_ + option.name + ": is missing; give " + std::string(expected(option.type)) +
                         " (" + option.doc + ")");
    if (given == settings.end() && option.defaultValue.empty()) continue;
    const auto values = given == settings.end() ? splitDefault(option) : given->second;
    if (!option.list && values.size() != 1)
      throw SettingError(where_ + option.name + ": takes one value, not a list; give " +
                         std::string(expected(option.type)));
    for (const auto& value : values) add(option, value);
  }
}

void CheckedSettings::add(const PluginOption& option, const std::string& text) {
  const auto shown = option.secret ? std::string("the value") : inQuotes(text);
  const auto number = numberOf(option.type, text);
  if (!number)
    throw SettingError(where_ + option.name + ": " + shown + " is not " + std::string(expected(option.type)));
  if (option.min < option.max && (*number < option.min || *number > option.max))
    throw SettingError(where_ + option.name + ": " + shown + " is out of range; use " + formatRange(option));

  const std::string& name = texts_.emplace_back(option.name);
  const std::string& kept = texts_.emplace_back(option.type == LARDER_OPTION_STRING ? text : std::string());
  settings_.push_back({bytesOf(name), bytesOf(kept), option.type == LARDER_OPTION_STRING ? 0 : *number});
}

}  // namespace larder
