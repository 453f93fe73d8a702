// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <thread>

#include "commands/arguments.hpp"
#include "commands/check.hpp"
#include "commands/commands.hpp"
#include "commands/inspect.hpp"
#include "commands/list_plugins.hpp"
#include "commands/new_plugin.hpp"

namespace larder::host {
namespace {

constexpr std::size_t kMostJobs = 64;

ExitStatus statusOf(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::conforms: return succeeded;
    case CheckVerdict::fails: return failedAtRunTime;
    case CheckVerdict::unusable: return refused;
  }
  return failedAtRunTime;
}

void addReportFormat(CLI::App& check, CheckOptions& options) {
  addChoice<CheckFormat>(
      check, "--format", options.format, "Format of the report",
      {{"text", CheckFormat::text}, {"junit", CheckFormat::junit}, {"json", CheckFormat::json}});
  check.add_flag_callback(
      "--json", [&options] { options.format = CheckFormat::json; }, "Short for --format json");
}

Command addCheck(CLI::App& app, bool has_check) {
  const auto options = std::make_shared<CheckOptions>();
  options->jobs = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostJobs);
  auto& check = *app.add_subcommand("check", "Test that a plugin keeps the rules of the plugin ABI");
  check.add_option("PLUGIN", options->plugin, "Name of a plugin, or the path of its file")->required();
  addBackendOptions(check, options->options);
  check
      .add_option("--only", options->only,
                  "Tests to run, like 'Values.*:Keys.*'; tests after a '-' are excluded")
      ->type_name("PATTERN");
  check.add_option("--seed", options->seed, "Seed of the random tests; the report prints the seed in use")
      ->type_name("N");
  addReportFormat(check, *options);
  addDuration(check, "--timeout", options->timeout, "Time limit of each test");
  check.add_option("--jobs", options->jobs, "Tests at the same time, 1 to 64; one per core by default")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kMostJobs).description(""));
  check.add_flag("--manual-clock", options->manualClock,
                 "Advance the clock instead of waiting, for a plugin that uses only the host's clock");
  check.add_flag("--list", options->list, "List the tests and run none");
  check.footer("docs/conformance.md describes each group of tests.");
  return {&check, [options, has_check](const Environment& environment) -> int {
            if (!has_check)
              throw std::invalid_argument(
                  "check: this build has no tests for plugins; configure it with LARDER_WITH_CHECK=ON");
            return statusOf(host::check(*options, environment));
          }};
}

Command addInspect(CLI::App& app) {
  const auto options = std::make_shared<InspectOptions>();
  auto& inspect = *app.add_subcommand(
      "inspect", "Show a plugin's identity, options and capabilities, and whether this host loads it");
  inspect.add_option("PLUGIN", options->plugin, "Name of a plugin, or the path of its file")->required();
  inspect.add_flag("--note", options->note, "Show only what can be read without running the plugin's code");
  inspect.add_flag("--json", options->json, "Print JSON");
  addBackendOptions(inspect, options->sets);
  inspect.add_option("--config", options->config, "Configuration file, for its [plugins]")->type_name("FILE");
  return {&inspect, [options](const Environment& environment) {
            host::inspect(*options, environment);
            return succeeded;
          }};
}

Command addPlugins(CLI::App& app) {
  const auto options = std::make_shared<ListOptions>();
  auto& plugins = *app.add_subcommand(
      "plugins", "List the files in the plugin directories, and why this host would refuse one");
  addFormat(plugins, options->format);
  plugins.add_option("--config", options->config, "Configuration file, for its [plugins]")->type_name("FILE");
  return {&plugins, [options](const Environment& environment) {
            listPlugins(*options, environment);
            return succeeded;
          }};
}

struct NewPluginArguments {
  std::string name;
  PluginLanguage language = PluginLanguage::cpp;
};

Command addPlugin(CLI::App& app) {
  const auto options = std::make_shared<NewPluginArguments>();
  auto& plugin = *app.add_subcommand("plugin", "Create a new plugin");
  plugin.require_subcommand(1);
  auto& fresh =
      *plugin.add_subcommand("new", "Write a folder with a plugin that builds and passes larder check");
  fresh.add_option("NAME", options->name, "Name of the plugin and of its folder")->required();
  addChoice<PluginLanguage>(
      fresh, "--language", options->language, "Language of the plugin",
      {{"cpp", PluginLanguage::cpp}, {"c", PluginLanguage::c}, {"rust", PluginLanguage::rust}});
  return {&plugin, [options](const Environment&) {
            newPlugin(options->name, options->language);
            return succeeded;
          }};
}

}  // namespace

std::vector<Command> pluginCommands(CLI::App& app, bool has_check) {
  return {addCheck(app, has_check), addInspect(app), addPlugins(app), addPlugin(app)};
}

}  // namespace larder::host
