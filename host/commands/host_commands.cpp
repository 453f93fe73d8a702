// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/doctor.hpp"
#include "commands/list_routes.hpp"
#include "commands/show_config.hpp"
#include "serve/serve.hpp"

namespace larder::host {
namespace {

constexpr const char* kServeFooter =
    "Values come from the file, then LARDER_SECTION_KEY (LARDER_CACHE_EXPIRE=10s), then --set, then\n"
    "--backend; a later source takes precedence. Plugins are found in plugins.directories, then "
    "LARDER_PLUGIN_PATH,\n"
    "then ../lib/larder/plugins beside the program's folder.";

void addBackend(CLI::App& command, ConfigSources& sources) {
  command
      .add_option("--backend", sources.backend,
                  "Backend of the cache: lru, redis, memcached, ..., ./mine.so or redis://host:6379/0")
      ->type_name("NAME|URL");
}

Command addServe(CLI::App& app) {
  const auto sources = std::make_shared<ConfigSources>();
  auto& serve = *app.add_subcommand("serve", "Serve the users endpoint with a cache in front of it");
  addSources(serve, *sources);
  addBackend(serve, *sources);
  serve.footer(kServeFooter);
  return {&serve, [sources](const Environment& environment) {
            sources->environment = environment;
            host::serve(*sources);
            return succeeded;
          }};
}

struct SourcesAndFormat {
  ConfigSources sources;
  TableFormat format = TableFormat::table;
};

Command addRoutes(CLI::App& app) {
  const auto options = std::make_shared<SourcesAndFormat>();
  auto& routes = *app.add_subcommand(
      "routes", "List the routes of serve, how each is cached and where each rule is set");
  addSources(routes, options->sources);
  addFormat(routes, options->format);
  return {&routes, [options](const Environment& environment) {
            options->sources.environment = environment;
            listRoutes(options->sources, options->format);
            return succeeded;
          }};
}

Command addConfig(CLI::App& app) {
  const auto options = std::make_shared<SourcesAndFormat>();
  auto& config = *app.add_subcommand("config", "Check a configuration, or show each value and its origin");
  config.require_subcommand(1);
  auto& check = *config.add_subcommand("check", "Report the first fault and its line; start nothing");
  auto& show = *config.add_subcommand("show", "Print every key, its value and its origin");
  for (auto* command : {&check, &show}) {
    addSources(*command, options->sources);
    addBackend(*command, options->sources);
  }
  addFormat(show, options->format);
  return {&config, [options, &show](const Environment& environment) {
            options->sources.environment = environment;
            if (show.parsed())
              showConfig(options->sources, options->format);
            else
              checkConfig(options->sources);
            return succeeded;
          }};
}

Command addDoctor(CLI::App& app) {
  const auto options = std::make_shared<SourcesAndFormat>();
  auto& doctor = *app.add_subcommand(
      "doctor", "Examine what serve would need: plugins, stores, addresses, files, limits");
  addSources(doctor, options->sources);
  addBackend(doctor, options->sources);
  addFormat(doctor, options->format);
  doctor.footer("The status is 1 if there is a fault. Stores are opened and closed; nothing is served.");
  return {&doctor, [options](const Environment& environment) {
            options->sources.environment = environment;
            return examineHost(options->sources, options->format) ? succeeded : failedAtRunTime;
          }};
}

}  // namespace

std::vector<Command> hostCommands(CLI::App& app) {
  return {addServe(app), addRoutes(app), addConfig(app), addDoctor(app)};
}

}  // namespace larder::host
