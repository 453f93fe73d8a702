// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "commands/arguments.hpp"
#include "commands/bench.hpp"
#include "commands/commands.hpp"
#include "commands/replay.hpp"

namespace larder::host {
namespace {

void addMix(CLI::App& bench, BenchMix& mix) {
  const auto take = [&mix](const std::string& text) {
    const auto parsed = BenchMix::parse(text);
    if (!parsed)
      throw CLI::ValidationError("--mix", "\"" + text +
                                              "\" is not a mix; use get-or-insert, get:95,set:5 or another "
                                              "mix of get, set and get-or-insert");
    mix = *parsed;
  };
  bench
      .add_option_function<std::string>(
          "--mix", take,
          "Requests with their weights: get, set, and get-or-insert, which stores a "
          "missing key; like get:95,set:5")
      ->type_name("MIX")
      ->default_str("get-or-insert");
}

Command addBench(CLI::App& app) {
  const auto options = std::make_shared<BenchOptions>();
  auto& bench =
      *app.add_subcommand("bench", "Measure a backend: look up keys and store those that are missing");
  bench.option_defaults()->always_capture_default();
  bench
      .add_option("BACKEND", options->plugin,
                  "Name of a plugin, the path of its file, or a URL like redis://host:6379/0")
      ->required();
  bench.add_option("--threads", options->threads, "Threads that wait for one operation each, 1 to 256")
      ->type_name("N")
      ->check(CLI::Range(1, 256).description(""));
  addDuration(bench, "--duration", options->duration, "How long to measure");
  addDuration(bench, "--warm-up", options->warmUp, "How long to run the load before measuring");
  bench.add_option("--keys", options->keys, "Number of different keys, at most 100 million")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000).description(""));
  bench.add_option("--value-size", options->valueSize, "Size of each value in bytes, at most 64 MiB")
      ->type_name("BYTES")
      ->check(CLI::Range(0, 64 << 20).description(""));
  addMix(bench, options->mix);
  bench.add_option("--zipf", options->zipf, "Skew of the keys' popularity, 0 (none) to 10")
      ->type_name("EXPONENT")
      ->check(CLI::Range(0.0, 10.0).description(""));
  bench.add_flag("--direct", options->direct,
                 "Call the plugin that is linked into this program (lru) instead of loading its file");
  addBackendOptions(bench, options->sets);
  addChoice<BenchMode>(bench, "--mode", options->mode,
                       "How a thread waits: for one operation, or for the completions of several",
                       {{"blocking", BenchMode::blocking}, {"callback", BenchMode::callback}});
  bench
      .add_option("--outstanding", options->outstanding,
                  "Operations in flight per thread in mode callback, 1 to 4096")
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  bench
      .add_option(
          "--rate", options->rate,
          "Requests per second, sent whether or not earlier ones were answered; 0: as fast as possible")
      ->type_name("N")
      ->check(CLI::Range(0.0, 1e9).description(""));
  addFormat(bench, options->format);
  bench
      .add_option("--plot", options->plot,
                  "Plot the latency at each percentile and the rate over time, as SVG")
      ->type_name("FILE");
  return {&bench, [options](const Environment& environment) {
            host::bench(*options, environment);
            return succeeded;
          }};
}

Command addReplay(CLI::App& app) {
  const auto options = std::make_shared<ReplayOptions>();
  auto& replay =
      *app.add_subcommand("replay", "Replay a trace of requests on a backend and count the misses");
  replay.add_option("PLUGIN", options->plugin, "Name of a plugin, or the path of its file")->required();
  replay
      .add_option("--trace", options->trace,
                  "Trace file: NAME.id, .csv or .oracleGeneral.bin, optionally followed by .zst")
      ->type_name("FILE")
      ->required();
  replay.add_option("--sizes", options->sizes, "Object sizes in bytes for an .id trace")->type_name("FILE");
  replay
      .add_option("--capacity", options->capacities, "Entries, or bytes if the trace has sizes; one or more")
      ->type_name("N,...")
      ->delimiter(',')
      ->required();
  replay.add_option("--against", options->against, "Simulated caches to compare with: lru, opt")
      ->type_name("NAME,...")
      ->delimiter(',');
  replay.add_flag("--what-if", options->whatIf,
                  "Also print what the backend estimates for half, twice and four times the capacity");
  addBackendOptions(replay, options->sets);
  addDuration(replay, "--timeout", options->timeout,
              "How long one operation may take before the replay fails");
  addFormat(replay, options->format);
  replay.add_option("--plot", options->plot, "Plot the miss ratio over the capacity, as SVG")
      ->type_name("FILE");
  return {&replay, [options](const Environment& environment) {
            host::replay(*options, environment);
            return succeeded;
          }};
}

}  // namespace

std::vector<Command> measuringCommands(CLI::App& app) { return {addBench(app), addReplay(app)}; }

}  // namespace larder::host
