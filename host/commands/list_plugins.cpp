// SPDX-License-Identifier: Apache-2.0
#include "commands/list_plugins.hpp"

#include <larder/plugin_refusal.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "commands/plugin_text.hpp"
#include "commands/text_table.hpp"
#include "config/plugin_directories.hpp"
#include "logging/logger.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {
namespace {

using Directories = std::vector<std::filesystem::path>;

struct Found {
  std::filesystem::path file;
  std::optional<PluginNote> note{};
  std::string problem{};
};

// Sorts the files, so that the list is the same on every file system. A missing directory has none.
Directories librariesIn(const std::filesystem::path& directory) {
  Directories files;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(directory, unreadable))
    if (entry.path().extension() == ".so") files.push_back(std::filesystem::absolute(entry.path()));
  std::sort(files.begin(), files.end());
  return files;
}

Found examine(const std::filesystem::path& file, const LoadRules& rules) {
  Found found{.file = file};
  try {
    found.note = readPluginNote(file);
  } catch (const PluginError&) {
    // pluginRefusal() below gives the reason.
  }
  found.problem = pluginRefusal(file, rules);
  return found;
}

// Lists each file once, in the order in which names are looked up.
std::vector<Found> findAll(const Directories& directories, const LoadRules& rules) {
  std::vector<Found> all;
  for (const auto& directory : directories) {
    for (const auto& file : librariesIn(directory)) {
      const auto earlier = std::find_if(all.begin(), all.end(), [&file](const Found& each) {
        return each.file.filename() == file.filename();
      });
      std::error_code unreadable;
      if (earlier != all.end() && std::filesystem::equivalent(earlier->file, file, unreadable)) continue;
      const auto hidden =
          earlier == all.end() ? std::string() : "is not found by name; " + earlier->file.string() + " is";
      auto& found = all.emplace_back(examine(file, rules));
      if (found.problem.empty()) found.problem = hidden;
    }
  }
  return all;
}

TextTable::Row rowOf(const Found& found) {
  const auto file = found.file.string() + (found.problem.empty() ? "" : ": " + found.problem);
  if (!found.note) return {"-", "-", "-", printable(file)};
  return {printable(found.note->name), printable(found.note->version), abiText(*found.note), printable(file)};
}

void printTable(const std::vector<Found>& all, TableFormat format) {
  TextTable table({"NAME", "VERSION", "ABI", "FILE"});
  for (const auto& found : all) table.add(rowOf(found));
  std::cout << table.in(format) << std::flush;
}

void printJson(const std::vector<Found>& all) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& found : all) {
    auto json = found.note ? noteAsJson(found.file, *found.note)
                           : nlohmann::ordered_json{{"file", found.file.string()}};
    if (!found.problem.empty()) json["problem"] = found.problem;
    list.push_back(std::move(json));
  }
  print(list);
}

void printNone(const Directories& directories) {
  std::cout << "no plugins found in";
  for (const auto& directory : directories) std::cout << ' ' << printable(directory.string());
  std::cout << std::endl;
}

}  // namespace

void listPlugins(const ListOptions& options, const Environment& environment) {
  const Config config = loadConfig({.file = options.config, .environment = environment});
  const auto directories = pluginDirectories(config, environment);
  const Logger logger(LogLevel::warning);
  const auto all = findAll(directories, loadRules(config, logger));
  if (options.format == TableFormat::json) return printJson(all);
  if (all.empty() && options.format == TableFormat::table) return printNone(directories);
  printTable(all, options.format);
}

}  // namespace larder::host
