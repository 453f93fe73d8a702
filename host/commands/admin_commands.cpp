// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/explain.hpp"
#include "commands/steer_host.hpp"

namespace larder::host {
namespace {

constexpr const char* kFooter =
    "The host is found by admin.address of its configuration. The token comes from the environment variable\n"
    "LARDER_ADMIN_TOKEN, else from the file that admin.token_file names.";

void addRequest(CLI::App& command, ExplainOptions& request) {
  command.add_option("--method", request.method, "Method of the request")
      ->type_name("METHOD")
      ->capture_default_str();
  command.add_option("--header", request.headers, "A header of the request; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
}

struct RequestAndSources {
  ExplainOptions request;
  ConfigSources sources;
};

Command addExplain(CLI::App& app) {
  const auto options = std::make_shared<RequestAndSources>();
  auto& explain =
      *app.add_subcommand("explain", "Ask a running host why a request would be a hit, a miss or bypassed");
  explain.add_option("URL", options->request.url, "http://HOST/PATH, or /PATH for server.address")
      ->required();
  addRequest(explain, options->request);
  explain.add_flag("--json", options->request.json, "Print JSON");
  addSources(explain, options->sources);
  explain.footer(kFooter);
  return {&explain, [options](const Environment& environment) {
            options->sources.environment = environment;
            host::explain(options->request, options->sources);
            return succeeded;
          }};
}

Command addGet(CLI::App& app) {
  const auto options = std::make_shared<RequestAndSources>();
  auto& get = *app.add_subcommand("get", "Print the response that a running host has stored for a request");
  get.add_option("URL", options->request.url, "http://HOST/PATH, or /PATH for server.address")->required();
  addRequest(get, options->request);
  get.add_flag("--json", options->request.json, "Print the key, the entry and the response as JSON");
  addSources(get, options->sources);
  get.footer(kFooter);
  return {&get, [options](const Environment& environment) {
            options->sources.environment = environment;
            printStored(options->request, options->sources);
            return succeeded;
          }};
}

struct InvalidateArguments {
  InvalidateOptions what;
  ConfigSources sources;
};

Command addInvalidate(CLI::App& app) {
  const auto options = std::make_shared<InvalidateArguments>();
  auto& invalidate = *app.add_subcommand("invalidate", "Make a running host forget entries; name one thing");
  invalidate.add_option("URL", options->what.request.url, "The response to this request");
  invalidate.add_option("--tag", options->what.tag, "All entries with this tag")->type_name("TAG");
  invalidate.add_option("--route", options->what.route, "All entries of this route, like 'GET /users'")
      ->type_name("ROUTE");
  invalidate
      .add_option("--namespace", options->what.nameSpace, "All entries of this namespace, like responses")
      ->type_name("NAME");
  invalidate.add_option("--key", options->what.key, "The entry under this key, as explain --json prints it")
      ->type_name("KEY");
  addRequest(invalidate, options->what.request);
  addSources(invalidate, options->sources);
  invalidate.footer(kFooter);
  return {&invalidate, [options](const Environment& environment) {
            options->sources.environment = environment;
            host::invalidate(options->what, options->sources);
            return succeeded;
          }};
}

struct SwapArguments {
  std::string backend;
  ConfigSources sources;
};

Command addSwap(CLI::App& app) {
  const auto options = std::make_shared<SwapArguments>();
  auto& swap = *app.add_subcommand("swap", "Change the backend of a running host's cache");
  swap.add_option("NAME", options->backend, "Name of a [backends.NAME] of its configuration, or of a plugin")
      ->required();
  addSources(swap, options->sources);
  swap.footer(kFooter);
  return {&swap, [options](const Environment& environment) {
            options->sources.environment = environment;
            swapBackend(options->backend, options->sources);
            return succeeded;
          }};
}

Command addReload(CLI::App& app) {
  const auto sources = std::make_shared<ConfigSources>();
  auto& reload = *app.add_subcommand("reload", "Make a running host read its configuration again");
  addSources(reload, *sources);
  reload.footer(kFooter);
  return {&reload, [sources](const Environment& environment) {
            sources->environment = environment;
            reloadHost(*sources);
            return succeeded;
          }};
}

struct BackendsArguments {
  ConfigSources sources;
  TableFormat format = TableFormat::table;
};

Command addBackends(CLI::App& app) {
  const auto options = std::make_shared<BackendsArguments>();
  auto& backends =
      *app.add_subcommand("backends", "List a running host's backends, with the health of the active one");
  addFormat(backends, options->format);
  addSources(backends, options->sources);
  backends.footer(kFooter);
  return {&backends, [options](const Environment& environment) {
            options->sources.environment = environment;
            listBackends(options->sources, options->format);
            return succeeded;
          }};
}

}  // namespace

std::vector<Command> adminCommands(CLI::App& app) {
  return {addExplain(app), addGet(app), addInvalidate(app), addSwap(app), addReload(app), addBackends(app)};
}

}  // namespace larder::host
