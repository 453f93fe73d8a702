// SPDX-License-Identifier: Apache-2.0
#include "commands/command_line.hpp"

#include <larder/plugin_library.hpp>
#include <larder/quantity.hpp>

#include <CLI/CLI.hpp>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "commands/bench.hpp"
#include "commands/check.hpp"
#include "commands/explain.hpp"
#include "commands/inspect.hpp"
#include "commands/list_plugins.hpp"
#include "commands/list_routes.hpp"
#include "commands/replay.hpp"
#include "config/load_config.hpp"
#include "serve/serve.hpp"

namespace larder::host {
namespace {

enum ExitStatus { succeeded = 0, failedAtRunTime = 1, refused = 2 };

constexpr const char* kFooter =
    "Exit status:\n"
    "  0  done; serve: stopped by SIGTERM or SIGINT\n"
    "  1  failed while running; serve: requests were cut by the stop; check: a test failed\n"
    "  2  refused: wrong arguments, configuration or plugin";

constexpr const char* kServeFooter =
    "A value comes from the file, then LARDER_SECTION_KEY (LARDER_CACHE_EXPIRE=10s), then --set, then\n"
    "--backend; the last one given wins. Plugins are found in plugins.directories, then LARDER_PLUGIN_PATH,\n"
    "then ../lib/larder/plugins beside the program's folder.";

void addSources(CLI::App& command, ConfigSources& sources) {
  command.add_option("--config", sources.file, "Configuration file, TOML")->type_name("FILE");
  command
      .add_option(
          "--set", sources.sets,
          "One value of the configuration, like cache.expire=10s or 'route.\"GET /users\".expire=1min'; "
          "may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void addServe(CLI::App& app, ConfigSources& sources) {
  auto& serve = *app.add_subcommand("serve", "Serve the users endpoint with a cache in front of it");
  addSources(serve, sources);
  serve
      .add_option("--backend", sources.backend,
                  "Backend of the cache: lru, redis, memcached, ..., or redis://host:6379/0")
      ->type_name("NAME|URL");
  serve.footer(kServeFooter);
}

void addRoutes(CLI::App& app, ConfigSources& sources, bool& json) {
  auto& routes = *app.add_subcommand("routes", "List the routes of serve, how each is cached and why so");
  addSources(routes, sources);
  routes.add_flag("--json", json, "Print JSON");
}

void addExplain(CLI::App& app, ExplainOptions& options, ConfigSources& sources) {
  auto& explain =
      *app.add_subcommand("explain", "Ask a running host why a request would be a hit, a miss or bypassed");
  explain.add_option("URL", options.url, "http://HOST/PATH, or /PATH for server.address")->required();
  explain.add_option("--method", options.method, "Method of the request")
      ->type_name("METHOD")
      ->capture_default_str();
  explain.add_option("--header", options.headers, "A header of the request; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
  explain.add_flag("--json", options.json, "Print JSON");
  addSources(explain, sources);
  explain.footer(
      "The host is found by admin.address and admin.token_file, with the configuration it was given.");
}

CLI::Option* addDuration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                         const std::string& help) {
  const auto take = [name, &value](const std::string& text) {
    const auto duration = parseDuration(text);
    if (!duration || duration->count() == 0 || *duration > std::chrono::hours(24))
      throw CLI::ValidationError(name, "\"" + text + "\" is not a duration; use 1ms to 1d");
    value = *duration;
  };
  return app.add_option_function<std::string>(name, take, help)
      ->type_name("DURATION")
      ->default_str(formatDuration(value));
}

/// Names in the order that a message lists them, the default first.
template <class Value>
void addChoice(CLI::App& app, const std::string& name, Value& value, const std::string& help,
               const std::vector<std::pair<std::string, Value>>& choices) {
  const auto take = [name, &value, choices](const std::string& text) {
    std::string known;
    for (const auto& [choice, meant] : choices) {
      if (choice == text) {
        value = meant;
        return;
      }
      known += (known.empty() ? "" : &choice == &choices.back().first ? " or " : ", ") + choice;
    }
    throw CLI::ValidationError(name, "\"" + text + "\" is unknown; use " + known);
  };
  app.add_option_function<std::string>(name, take, help)
      ->type_name(name == "--format" ? "FORMAT" : "CHOICE")
      ->default_str(choices.front().first);
}

void addTableFormat(CLI::App& app, TableFormat& format) {
  addChoice<TableFormat>(
      app, "--format", format, "table, tsv or json",
      {{"table", TableFormat::table}, {"tsv", TableFormat::tsv}, {"json", TableFormat::json}});
}

void addBench(CLI::App& app, BenchOptions& options) {
  auto& bench = *app.add_subcommand("bench", "Measure a backend: look keys up and store what is missing");
  bench.option_defaults()->always_capture_default();
  bench
      .add_option("BACKEND", options.plugin,
                  "Name of a plugin, the absolute path of its file, or a URL like redis://host:6379/0")
      ->required();
  bench.add_option("--threads", options.threads, "Threads that wait for one operation each, 1 to 256")
      ->type_name("N")
      ->check(CLI::Range(1, 256).description(""));
  addDuration(bench, "--duration", options.duration, "How long to measure");
  addDuration(bench, "--warm-up", options.warmUp, "How long to put the load on before that");
  bench.add_option("--keys", options.keys, "Different keys, at most 100 million")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000).description(""));
  bench.add_option("--value-size", options.valueSize, "Bytes of each value, at most 64 MiB")
      ->type_name("BYTES")
      ->check(CLI::Range(0, 64 << 20).description(""));
  const auto take_mix = [&options](const std::string& text) {
    const auto mix = BenchMix::parse(text);
    if (!mix)
      throw CLI::ValidationError(
          "--mix", "\"" + text + "\" is no mix; use get-or-insert, get:95,set:5 or others of these three");
    options.mix = *mix;
  };
  bench
      .add_option_function<std::string>(
          "--mix", take_mix,
          "Requests with their weights: get, set, and get-or-insert, which stores "
          "what it missed; like get:95,set:5")
      ->type_name("MIX")
      ->default_str("get-or-insert");
  bench.add_option("--zipf", options.zipf, "Skew of the keys' popularity, 0 (none) to 10")
      ->type_name("EXPONENT")
      ->check(CLI::Range(0.0, 10.0).description(""));
  bench.add_option("--option,--set", options.sets, "An option of the backend; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->default_str("");
  addChoice<BenchMode>(bench, "--mode", options.mode, "How a thread waits: for an operation, or for many",
                       {{"blocking", BenchMode::blocking}, {"callback", BenchMode::callback}});
  bench
      .add_option("--outstanding", options.outstanding,
                  "Operations of each thread in flight in mode callback, 1 to 4096")
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  bench
      .add_option(
          "--rate", options.rate,
          "Requests per second that arrive whether answered or not; 0: each thread sends when answered")
      ->type_name("N")
      ->check(CLI::Range(0.0, 1e9).description(""));
  addTableFormat(bench, options.format);
}

void addReplay(CLI::App& app, ReplayOptions& options) {
  auto& replay =
      *app.add_subcommand("replay", "Replay a trace of requests on a backend and count what missed");
  replay.add_option("PLUGIN", options.plugin, "Name of a plugin, or the absolute path of its file")
      ->required();
  replay
      .add_option("--trace", options.trace,
                  "Requests: NAME.id, .csv or .oracleGeneral.bin, perhaps with .zst")
      ->type_name("FILE")
      ->required();
  replay.add_option("--sizes", options.sizes, "Sizes in bytes for an .id trace")->type_name("FILE");
  replay
      .add_option("--capacity", options.capacities, "Entries, or bytes if the trace has sizes; one or more")
      ->type_name("N,...")
      ->delimiter(',')
      ->required();
  replay.add_option("--against", options.against, "Simulated caches to compare with: lru, opt")
      ->type_name("NAME,...")
      ->delimiter(',');
  replay.add_option("--option,--set", options.sets, "An option of the backend; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  addTableFormat(replay, options.format);
  replay.add_option("--plot", options.plot, "Draw the miss ratios over the capacities, as SVG")
      ->type_name("FILE");
}

void addCheck(CLI::App& app, CheckOptions& options) {
  auto& check = *app.add_subcommand("check", "Test that a plugin keeps the rules of the plugin ABI");
  check.add_option("PLUGIN", options.plugin, "Name of a plugin, or the path of its file")->required();
  check.add_option("--option", options.options, "An option of the plugin; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  check
      .add_option("--only", options.only,
                  "Tests to run, like 'Values.*:Keys.*'; after a '-' those not to run")
      ->type_name("PATTERN");
  check.add_option("--seed", options.seed, "For the random tests; the report tells the one that was taken")
      ->type_name("N");
  addChoice<CheckFormat>(
      check, "--format", options.format, "Of the report: text, junit or json",
      {{"text", CheckFormat::text}, {"junit", CheckFormat::junit}, {"json", CheckFormat::json}});
  addDuration(check, "--timeout", options.timeout, "The longest that one test may take");
  check.add_option("--jobs", options.jobs, "Tests at the same time, 1 to 64")
      ->type_name("N")
      ->check(CLI::Range(1, 64).description(""))
      ->capture_default_str();
  check.add_flag("--manual-clock", options.manualClock,
                 "Move the time by hand, for a plugin that keeps it by the host's clock alone");
  check.add_flag("--list", options.list, "List the tests and run none");
  check.footer("docs/conformance.md tells what each group of tests is about.");
}

ExitStatus statusOf(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::conforms: return succeeded;
    case CheckVerdict::fails: return failedAtRunTime;
    case CheckVerdict::unusable: return refused;
  }
  return failedAtRunTime;
}

void addInspect(CLI::App& app, InspectOptions& options) {
  auto& inspect = *app.add_subcommand("inspect", "Show what a plugin is, its options and capabilities");
  inspect.add_option("PLUGIN", options.plugin, "Name of a plugin, or the path of its file")->required();
  inspect.add_flag("--note", options.note, "Only what can be read without running code of the plugin");
  inspect.add_flag("--json", options.json, "Print JSON");
  inspect.add_option("--set", options.sets, "An option of the backend; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  inspect.add_option("--config", options.config, "Configuration file, for its [plugins]")->type_name("FILE");
}

void addPlugins(CLI::App& app, ListOptions& options) {
  auto& plugins = *app.add_subcommand("plugins", "List the plugins in the plugin directories");
  plugins.add_flag("--json", options.json, "Print JSON");
  plugins.add_option("--config", options.config, "Configuration file, for its [plugins]")->type_name("FILE");
}

int fail(ExitStatus status, const std::string& what) {
  std::cerr << "larder: " << what << std::endl;
  return status;
}

// What a person can put right before the next try is refused; everything else failed.
template <class Command>
int run(Command command) {
  try {
    command();
    return succeeded;
  } catch (const ConfigError& error) {
    return fail(refused, error.what());
  } catch (const SettingError& error) {
    return fail(refused, error.what());
  } catch (const PluginError& error) {
    return fail(refused, error.what());
  } catch (const std::invalid_argument& error) {
    return fail(refused, error.what());
  } catch (const std::exception& error) {
    return fail(failedAtRunTime, error.what());
  }
}

std::string oneLine(const CLI::App* /*app*/, const CLI::Error& error) {
  return std::string("larder: ") + error.what() + "; see larder --help\n";
}

}  // namespace

int runCommandLine(int argc, const char* const* argv, bool has_check) {
  ConfigSources sources;
  BenchOptions bench_options;
  ReplayOptions replay_options;
  CheckOptions check_options;
  InspectOptions inspect_options;
  ExplainOptions explain_options;
  ListOptions list_options;
  bool routes_as_json = false;
  CLI::App app("Caches in front of C++ endpoints, with backends as plugins", "larder");
  app.set_version_flag("--version", "larder " LARDER_VERSION);
  app.require_subcommand(1);
  app.failure_message(oneLine);
  app.footer(kFooter);
  addServe(app, sources);
  addBench(app, bench_options);
  addReplay(app, replay_options);
  addCheck(app, check_options);
  addInspect(app, inspect_options);
  addPlugins(app, list_options);
  addRoutes(app, sources, routes_as_json);
  addExplain(app, explain_options, sources);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? succeeded : refused;
  }
  sources.environment = larderEnvironment();
  if (app.got_subcommand("bench")) return run([&] { bench(bench_options, sources.environment); });
  if (app.got_subcommand("replay")) return run([&] { replay(replay_options, sources.environment); });
  if (app.got_subcommand("check")) {
    if (!has_check)
      return fail(refused,
                  "check: this build has no tests for plugins; configure it with LARDER_WITH_CHECK=ON");
    auto status = succeeded;
    const int thrown = run([&] { status = statusOf(check(check_options, sources.environment)); });
    return thrown != succeeded ? thrown : status;
  }
  if (app.got_subcommand("inspect")) return run([&] { inspect(inspect_options, sources.environment); });
  if (app.got_subcommand("plugins")) return run([&] { listPlugins(list_options, sources.environment); });
  if (app.got_subcommand("explain")) return run([&] { explain(explain_options, sources); });
  if (app.got_subcommand("routes")) return run([&] { listRoutes(sources, routes_as_json); });
  return run([&] { serve(sources); });
}

}  // namespace larder::host
