// SPDX-License-Identifier: Apache-2.0
#include "commands/inspect.hpp"

#include <larder/backend.hpp>
#include <larder/plugin_refusal.hpp>
#include <larder/quantity.hpp>

#include <algorithm>
#include <exception>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string_view>

#include "commands/backend_arguments.hpp"
#include "commands/plugin_text.hpp"
#include "config/plugin_directories.hpp"
#include "config/plugin_path.hpp"
#include "http/comma_list.hpp"
#include "logging/logger.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

struct Abilities {
  std::uint64_t capabilities = 0;
  std::uint64_t maxKeySize = 0;
  std::uint64_t maxValueSize = 0;
  std::vector<std::string> extensions{};
};

// Returns the extensions that abi.h defines. A plugin's own extensions cannot be listed, only requested by
// id.
std::vector<std::string> extensionsOf(const Backend& backend) {
  std::vector<std::string> ids;
  for (const auto* id : {LARDER_ATOMIC, LARDER_LOCK, LARDER_SCAN, LARDER_INTROSPECT, LARDER_INVALIDATION})
    if (backend.extension(id) != nullptr) ids.emplace_back(id);
  return ids;
}

// Each member requires running more of the plugin's code than the previous one.
struct Facts {
  std::filesystem::path file;
  PluginNote note;
  std::string refusal{};  // why this host would refuse to load it; or empty
  std::shared_ptr<const PluginLibrary> library{};
  std::string missingOption{};  // a required option without which no backend can be opened
  std::optional<Abilities> abilities{};
};

std::string firstMissing(const PluginLibrary& library, const BackendSettings& given) {
  for (const auto& option : library.options())
    if (option.required && !given.contains(option.name)) return option.name;
  return {};
}

// Loading the file prints the warnings anyway.
LoadRules withoutWarnings(LoadRules rules) {
  rules.warn = nullptr;
  return rules;
}

void lookInside(Facts& facts, PluginSet& plugins, const std::vector<std::string>& sets) {
  facts.library = plugins.load(facts.file.string());
  const BackendConfig config = backendFromArguments(facts.file.string(), sets);
  facts.missingOption = firstMissing(*facts.library, config.settings);
  if (!facts.missingOption.empty()) return;

  HostServices silent;
  const auto backend = openBackend(std::string(facts.library->name()), config, plugins, silent);
  facts.abilities = {.capabilities = backend->capabilities(),
                     .maxKeySize = backend->maxKeySize(),
                     .maxValueSize = backend->maxValueSize(),
                     .extensions = extensionsOf(*backend)};
}

std::vector<std::string> capabilityNames(std::uint64_t capabilities) {
  constexpr std::pair<std::uint64_t, const char*> known[] = {
      {LARDER_CAP_INLINE, "inline"},
      {LARDER_CAP_ASYNC, "async"},
      {LARDER_CAP_SHARED, "shared"},
      {LARDER_CAP_PERSISTENT, "persistent"},
      {LARDER_CAP_CONDITIONS, "conditions"},
      {LARDER_CAP_VERSIONS, "versions"},
      {LARDER_CAP_TTL, "ttl"},
      {LARDER_CAP_CLEAR, "clear"},
      {LARDER_CAP_BLOCKING_DEADLINE, "blocking_deadline"}};
  std::vector<std::string> names;
  for (const auto& [bit, name] : known) {
    if ((capabilities & bit) != 0) names.emplace_back(name);
    capabilities &= ~bit;
  }
  if (capabilities != 0) names.emplace_back("others unknown to this host");
  return names;
}

std::string listOrNone(const std::vector<std::string>& words) {
  return words.empty() ? "none" : http::commaList(words);
}

// ---- as text ----

void printLine(std::string_view label, std::string_view value) {
  std::cout << "  " << std::left << std::setw(14) << label << printable(value) << '\n';
}

std::string limit(std::uint64_t size) {
  if (size > INT64_MAX) return "of any size";
  return "up to " + formatSize(static_cast<std::int64_t>(size));
}

void printAbilities(const Facts& facts) {
  if (!facts.missingOption.empty())
    printLine("capabilities", "needs settings: use --set " + facts.missingOption + "=VALUE");
  if (!facts.abilities) return;
  printLine("capabilities", listOrNone(capabilityNames(facts.abilities->capabilities)));
  const auto& extensions = facts.abilities->extensions;
  printLine("extensions", listOrNone(extensions));
  printLine("keys", limit(facts.abilities->maxKeySize));
  printLine("values", limit(facts.abilities->maxValueSize));
}

std::string rangeText(const PluginOption& option) {
  const auto range = formatRange(option);
  if (range.empty()) return {};
  return option.type == LARDER_OPTION_STRING ? " of " + range + " bytes" : ", " + range;
}

void printOption(const PluginOption& option, std::size_t width) {
  std::cout << "  " << std::left << std::setw(static_cast<int>(width)) << printable(option.name) << "  "
            << (option.list ? "list of " : "") << optionType(option.type) << rangeText(option);
  if (option.secret) std::cout << ", secret";
  if (option.url) std::cout << ", from the URL";
  if (option.required)
    std::cout << "; required\n";
  else
    std::cout << "; default " << (option.defaultValue.empty() ? "none" : printable(option.defaultValue))
              << '\n';
  std::cout << std::string(width + 4, ' ') << printable(option.doc) << '\n';
}

void printOptions(const std::vector<PluginOption>& options) {
  if (options.empty()) return;
  std::size_t width = 0;
  for (const auto& option : options) width = std::max(width, option.name.size());
  std::cout << "\nOptions\n";
  for (const auto& option : options) printOption(option, width);
}

void printText(const Facts& facts) {
  std::cout << printable(facts.note.name) << ' ' << printable(facts.note.version) << '\n';
  printLine("file", facts.file.string());
  printLine("ABI", abiText(facts.note) + ", in a host of " + std::to_string(facts.note.abiMajor) + "." +
                       std::to_string(facts.note.minHostMinor) + " or later");
  printLine("schemes", http::commaList(schemesOf(facts.note)));
  printLine("build", facts.note.build);
  printLine("loads here", facts.refusal.empty() ? "yes" : "no: " + facts.refusal);
  if (facts.library) {
    printLine("vendor", facts.library->vendor());
    printLine("licence", facts.library->license());
    printAbilities(facts);
    printOptions(facts.library->options());
  }
  std::cout << std::flush;
}

// ---- as JSON ----

Json asJson(const PluginOption& option) {
  Json json{{"name", option.name},
            {"type", optionType(option.type)},
            {"list", option.list},
            {"required", option.required},
            {"secret", option.secret},
            {"url", option.url},
            {"default", option.required ? Json() : Json(option.defaultValue)},
            {"doc", option.doc}};
  if (option.min < option.max) {
    json["min"] = option.min;
    json["max"] = option.max;
  }
  return json;
}

void printJson(const Facts& facts) {
  Json json = noteAsJson(facts.file, facts.note);
  json["loads_here"] = facts.refusal.empty();
  if (!facts.refusal.empty()) json["refusal"] = facts.refusal;
  if (facts.library) {
    json["vendor"] = facts.library->vendor();
    json["license"] = facts.library->license();
    json["options"] = Json::array();
    for (const auto& option : facts.library->options()) json["options"].push_back(asJson(option));
  }
  if (facts.abilities) {
    json["capabilities"] = capabilityNames(facts.abilities->capabilities);
    json["extensions"] = facts.abilities->extensions;
    json["max_key_size"] = facts.abilities->maxKeySize;
    json["max_value_size"] = facts.abilities->maxValueSize;
  }
  print(json);
}

}  // namespace

void inspect(const InspectOptions& options, const Environment& environment) {
  const Config config = loadConfig({.file = options.config, .environment = environment});
  const Logger logger(LogLevel::warning);
  auto plugins = pluginSet(config, environment, logger);

  const auto rules = loadRules(config, logger);
  const auto file = findPlugin(absolutePlugin(options.plugin), pluginDirectories(config, environment), rules);
  Facts facts{
      .file = file, .note = readPluginNote(file), .refusal = pluginRefusal(file, withoutWarnings(rules))};
  std::exception_ptr fault;
  try {
    if (!options.note) lookInside(facts, plugins, options.sets);
  } catch (...) {
    fault = std::current_exception();
  }
  if (options.json)
    printJson(facts);
  else
    printText(facts);
  if (fault) std::rethrow_exception(fault);
}

}  // namespace larder::host
