// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <memory>

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/explain.hpp"
#include "commands/steer_host.hpp"
#include "commands/tail.hpp"
#include "commands/top.hpp"
#include "commands/what_if.hpp"

namespace larder::host {
namespace {

constexpr const char* kFooter =
    "The command connects to admin.address of the host's configuration. The token comes from the environment "
    "variable\n"
    "LARDER_ADMIN_TOKEN, else from the file that admin.token_file names.";

// Adds the parts common to commands that ask a running host. `options` contains the sources of its
// configuration, and is passed to `run`.
template <class Options>
Command askingHost(CLI::App& command, std::shared_ptr<Options> options, void (*run)(const Options& options)) {
  addSources(command, options->sources);
  command.footer(kFooter);
  return {&command, [options, run](const Environment& environment) {
            options->sources.environment = environment;
            run(*options);
            return succeeded;
          }};
}

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

Command addAboutRequest(CLI::App& command, const char* about_json, void (*run)(const RequestAndSources&)) {
  const auto options = std::make_shared<RequestAndSources>();
  command.add_option("URL", options->request.url, "http://HOST/PATH, or /PATH for server.address")
      ->required();
  addRequest(command, options->request);
  command.add_flag("--json", options->request.json, about_json);
  return askingHost(command, options, run);
}

Command addExplain(CLI::App& app) {
  auto& explain =
      *app.add_subcommand("explain", "Ask a running host why a request would be a hit, a miss or bypassed");
  return addAboutRequest(explain, "Print JSON", [](const RequestAndSources& options) {
    host::explain(options.request, options.sources);
  });
}

Command addGet(CLI::App& app) {
  auto& get = *app.add_subcommand("get", "Print the response that a running host has stored for a request");
  return addAboutRequest(
      get, "Print the key, the entry and the response as JSON",
      [](const RequestAndSources& options) { printStored(options.request, options.sources); });
}

struct InvalidateArguments {
  InvalidateOptions what;
  ConfigSources sources;
};

Command addInvalidate(CLI::App& app) {
  const auto options = std::make_shared<InvalidateArguments>();
  auto& invalidate =
      *app.add_subcommand("invalidate", "Invalidate entries of a running host; give exactly one selector");
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
  return askingHost<InvalidateArguments>(invalidate, options, [](const auto& arguments) {
    host::invalidate(arguments.what, arguments.sources);
  });
}

struct SwapArguments {
  std::string backend;
  ConfigSources sources;
};

Command addSwap(CLI::App& app) {
  const auto options = std::make_shared<SwapArguments>();
  auto& swap = *app.add_subcommand("swap", "Switch the cache of a running host to another backend");
  swap.add_option("NAME", options->backend,
                  "Name of a [backends.NAME] section of its configuration, or of a plugin")
      ->required();
  return askingHost<SwapArguments>(
      swap, options, [](const auto& arguments) { swapBackend(arguments.backend, arguments.sources); });
}

struct SourcesAlone {
  ConfigSources sources;
};

Command addReload(CLI::App& app) {
  auto& reload = *app.add_subcommand("reload", "Make a running host reload its configuration");
  return askingHost<SourcesAlone>(reload, std::make_shared<SourcesAlone>(),
                                  [](const auto& arguments) { reloadHost(arguments.sources); });
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
  return askingHost<BackendsArguments>(
      backends, options, [](const auto& arguments) { listBackends(arguments.sources, arguments.format); });
}

struct WhatIfArguments {
  ConfigSources sources;
  double seconds = 2;
  TableFormat format = TableFormat::table;
};

Command addWhatIf(CLI::App& app) {
  const auto options = std::make_shared<WhatIfArguments>();
  auto& what_if = *app.add_subcommand("whatif", "Ask a running host what less or more memory would bring");
  what_if.add_option("--seconds", options->seconds, "How long the rate of requests is measured")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0).description(""));
  addFormat(what_if, options->format);
  return askingHost<WhatIfArguments>(what_if, options, [](const auto& arguments) {
    whatIf(std::chrono::milliseconds(static_cast<std::int64_t>(arguments.seconds * 1000)), arguments.format,
           arguments.sources);
  });
}

struct TopArguments {
  TopOptions top;
  ConfigSources sources;
};

Command addTop(CLI::App& app) {
  const auto options = std::make_shared<TopArguments>();
  auto& top = *app.add_subcommand(
      "top", "Show a running host's hit ratio, rates, routes and hot keys; refreshes on a terminal");
  addDuration(top, "--interval", options->top.interval, "Time between two readings");
  top.add_flag("--once", options->top.once, "Print once, after an interval, also on a terminal");
  top.add_flag("--json", options->top.json, "Print JSON, once");
  return askingHost<TopArguments>(top, options,
                                  [](const auto& arguments) { host::top(arguments.top, arguments.sources); });
}

struct TailArguments {
  TailOptions tail;
  ConfigSources sources;
};

Command addTail(CLI::App& app) {
  const auto options = std::make_shared<TailArguments>();
  auto& tail =
      *app.add_subcommand("tail", "Print each request to a running host, with what the cache did and why");
  tail.add_option("--route", options->tail.route, "Only requests to this route, like 'GET /users/{id}'")
      ->type_name("ROUTE");
  tail.add_option("--outcome", options->tail.outcome,
                  "Only hit, stale, miss, collapsed, bypass or none (no cached route)")
      ->type_name("OUTCOME");
  tail.add_option("--status", options->tail.status, "Only this status, or a class like 5xx")
      ->type_name("STATUS");
  tail.add_option("--count", options->tail.count, "End after this many requests")->type_name("N");
  tail.add_flag("--json", options->tail.json, "Print an object per line");
  return askingHost<TailArguments>(
      tail, options, [](const auto& arguments) { host::tail(arguments.tail, arguments.sources); });
}

}  // namespace

std::vector<Command> adminCommands(CLI::App& app) {
  return {addExplain(app),  addGet(app),    addInvalidate(app), addSwap(app), addReload(app),
          addBackends(app), addWhatIf(app), addTop(app),        addTail(app)};
}

}  // namespace larder::host
