// SPDX-License-Identifier: Apache-2.0
//
// docs/configuration.md against the tables that the program and the plugins check values with.
#include <gtest/gtest.h>

#include <larder/plugin_library.hpp>
#include <larder/quantity.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/known_keys.hpp"
#include "config/load_config.hpp"
#include "config/route_keys.hpp"

namespace larder::host {
namespace {

struct Row {
  std::string name;
  std::string type;
  std::string range;
  std::string defaultValue;
};

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '`')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '`')) text.remove_suffix(1);
  return std::string(text);
}

Row rowOf(std::string_view line) {
  std::vector<std::string> cells;
  for (line.remove_prefix(1); !line.empty();) {
    const auto end = std::min(line.find('|'), line.size());
    cells.push_back(trimmed(line.substr(0, end)));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  EXPECT_EQ(cells.size(), 6u) << cells.front();
  cells.resize(6);
  return {.name = cells[0], .type = cells[1], .range = cells[3], .defaultValue = cells[4]};
}

// The rows of the table under that heading, without its head.
std::vector<Row> tableUnder(const std::string& heading) {
  std::ifstream page(LARDER_CONFIGURATION_PAGE);
  std::vector<Row> rows;
  bool there = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#")) there = line == heading;
    if (there && line.starts_with("| `")) rows.push_back(rowOf(line));
  }
  return rows;
}

template <class Element, class Name>
std::vector<std::string> namesOf(const std::vector<Element>& elements, Name name) {
  std::vector<std::string> names;
  for (const auto& each : elements) names.push_back(name(each));
  std::sort(names.begin(), names.end());
  return names;
}

Setting settingOf(const Row& row, Setting::Kind kind, std::string value) {
  const auto dot = row.name.find('.');
  return {.path = {row.name.substr(0, dot), row.name.substr(dot + 1)},
          .kind = kind,
          .texts = {std::move(value)},
          .source = {}};
}

std::string refusalOf(const Setting& setting) {
  Config config;
  try {
    apply(setting, config);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "taken";
}

std::string describe(const Config& config) {
  std::string text =
      config.server.address + " " + config.admin.address + " " + config.admin.tokenFile + " " +
      std::to_string(config.server.workers) + " " + config.cache.backend + " " + config.cache.prefix + " " +
      formatDuration(config.cache.expire) + " " + std::to_string(config.cache.circuitFailures) + " " +
      formatDuration(config.cache.circuitOpenFor) + " " +
      formatSize(static_cast<std::int64_t>(config.cache.compressFrom)) + " " + config.users.database + " " +
      formatDuration(config.users.delay) + " " + std::to_string(static_cast<int>(config.log.level)) + " " +
      std::to_string(static_cast<int>(config.log.access));
  const auto& server = config.server;
  for (const auto number :
       {server.loops, server.queue, server.maxConnections, server.maxHead, server.maxBody})
    text += " " + std::to_string(number);
  for (const auto timeout : {server.headTimeout, server.bodyTimeout, server.idleTimeout, server.writeTimeout})
    text += " " + formatDuration(timeout);
  text += " " + std::to_string(server.socketMode) + " " +
          std::to_string(static_cast<int>(server.origin.forwardedBy));
  for (const auto* list : {&server.origin.trustedProxies, &server.origin.hosts})
    for (const auto& each : *list) text += " " + each;
  text += server.metrics ? " metrics" : " no metrics";
  for (const auto& directory : config.pluginDirectories) text += " " + directory.string();
  text += config.plugins.strict ? " strict" : " lenient";
  for (const auto& digest : config.plugins.sha256) text += " " + digest;
  text +=
      " " + formatDuration(config.plugins.openTimeout) + " " + std::to_string(config.plugins.blockingThreads);
  const auto& sessions = config.sessions;
  text += " " + sessions.backend + " " + formatDuration(sessions.idle) + " " +
          formatDuration(sessions.absolute) + (sessions.secure ? " secure " : " plain ") +
          std::to_string(sessions.loginsPerEmail) + " " + std::to_string(sessions.loginsPerAddress);
  const auto& tracing = config.tracing;
  text += " " + std::to_string(tracing.options.sample);
  for (const bool on : {tracing.options.followCallers, tracing.options.serverTiming, tracing.log})
    text += on ? " on" : " off";
  return text;
}

// What the program calls the types of the page when a value is of another.
std::string wordsFor(const std::string& type) {
  if (type == "text") return "takes a string";
  if (type == "integer") return "takes a whole number";
  if (type == "fraction") return "takes a fraction";
  if (type == "boolean") return "takes true or false";
  if (type == "duration") return "takes a duration";
  if (type == "size") return "takes a size";
  if (type == "list of strings") return "takes a list of strings";
  return "no such type: " + type;
}

std::string typeOf(const PluginOption& option) {
  const std::map<std::uint32_t, std::string> types{{LARDER_OPTION_STRING, "text"},
                                                   {LARDER_OPTION_INTEGER, "integer"},
                                                   {LARDER_OPTION_BOOLEAN, "boolean"},
                                                   {LARDER_OPTION_DURATION, "duration"},
                                                   {LARDER_OPTION_SIZE, "size"}};
  if (option.list) return "list of strings";
  return types.at(option.type) + (option.secret ? ", secret" : "");
}

std::string rangeOf(const PluginOption& option) {
  const auto show = [&option](std::int64_t number) {
    if (option.type == LARDER_OPTION_DURATION) return formatDuration(std::chrono::milliseconds(number));
    if (option.type == LARDER_OPTION_SIZE) return formatSize(number);
    return std::to_string(number);
  };
  return option.min < option.max ? show(option.min) + " to " + show(option.max) : "";
}

TEST(ConfigurationPage, HasEveryKeyOfTheProgramAndNoOther) {
  const auto of_page = namesOf(tableUnder("## Keys"), [](const Row& row) { return row.name; });

  EXPECT_EQ(of_page, namesOf(fixedKeys(), [](const FixedKey& key) {
              return std::string(key.section) + "." + std::string(key.name);
            }));
}

TEST(ConfigurationPage, HasEveryKeyOfARouteAndNoOther) {
  std::ifstream page(LARDER_CONFIGURATION_PAGE);
  std::vector<std::string> of_page;
  bool there = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#")) there = line == "## `[route.\"METHOD PATTERN\"]`";
    if (there && line.starts_with("| `")) of_page.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  auto of_program = routeKeys();
  std::sort(of_page.begin(), of_page.end());
  std::sort(of_program.begin(), of_program.end());

  EXPECT_EQ(of_page, of_program);
}

TEST(ConfigurationPage, StatesTheDefaults) {
  ConfigSources as_the_page_says;
  for (const auto& row : tableUnder("## Keys"))
    as_the_page_says.sets.push_back(row.name + "=" + row.defaultValue);

  EXPECT_EQ(describe(loadConfig(as_the_page_says)), describe(loadConfig({})));
}

TEST(ConfigurationPage, StatesTheTypes) {
  for (const auto& row : tableUnder("## Keys")) {
    const auto refusal = refusalOf(settingOf(row, Setting::Kind::unsupported, "1.5"));
    EXPECT_NE(refusal.find(wordsFor(row.type)), std::string::npos) << row.name << ": " << refusal;
  }
}

TEST(ConfigurationPage, StatesTheRangesOfNumbersDurationsAndSizes) {
  const std::map<std::string, std::string> too_small{
      {"integer", "-1"}, {"fraction", "-0.1"}, {"duration", "-1ms"}, {"size", "-1B"}};
  for (const auto& row : tableUnder("## Keys")) {
    if (!too_small.contains(row.type)) continue;
    const auto to = row.range.find(" to ");
    ASSERT_NE(to, std::string::npos) << row.name;
    const auto refusal = refusalOf(settingOf(row, Setting::Kind::plain, too_small.at(row.type)));

    EXPECT_TRUE(refusal.ends_with("use " + row.range)) << refusal;
    EXPECT_EQ(refusalOf(settingOf(row, Setting::Kind::plain, row.range.substr(0, to))), "taken") << row.name;
    EXPECT_EQ(refusalOf(settingOf(row, Setting::Kind::plain, row.range.substr(to + 4))), "taken") << row.name;
  }
}

struct Plugin {
  const char* name;
  const char* file;
};
void PrintTo(const Plugin& plugin, std::ostream* out) { *out << plugin.name; }

class ConfigurationPageOf : public testing::TestWithParam<Plugin> {};

TEST_P(ConfigurationPageOf, ListsTheOptionsOfThePluginsTable) {
  const auto rows = tableUnder(std::string("### ") + GetParam().name);
  const auto library = PluginLibrary::load(GetParam().file);

  ASSERT_EQ(rows.size(), library->options().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& option = library->options()[i];
    EXPECT_EQ(rows[i].name, option.name);
    EXPECT_EQ(rows[i].type, typeOf(option)) << option.name;
    // A number without a default is chosen by the plugin, and the page says how.
    if (option.type == LARDER_OPTION_STRING || !option.defaultValue.empty()) {
      EXPECT_EQ(rows[i].defaultValue, option.defaultValue) << option.name;
    }
    EXPECT_TRUE(rows[i].range.starts_with(rangeOf(option))) << option.name << ": " << rangeOf(option);
  }
}

INSTANTIATE_TEST_SUITE_P(Plugins, ConfigurationPageOf,
                         testing::Values(Plugin{"lru", LARDER_LRU_PLUGIN},
                                         Plugin{"redis", LARDER_REDIS_PLUGIN},
                                         Plugin{"memcached", LARDER_MEMCACHED_PLUGIN}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace larder::host
