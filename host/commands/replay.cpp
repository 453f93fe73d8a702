// SPDX-License-Identifier: Apache-2.0
#include "commands/replay.hpp"

#include <larder/backend.hpp>
#include <larder/sizing.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "commands/backend_arguments.hpp"
#include "commands/chart.hpp"
#include "commands/miss_ratio_chart.hpp"
#include "commands/progress_line.hpp"
#include "commands/reference_policy.hpp"
#include "commands/text_table.hpp"
#include "commands/trace.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {
namespace {

constexpr std::string_view kNamespace = "larder-replay";

struct Result {
  std::string cache;
  std::uint64_t capacity = 0;
  ReplayCount count;
  bool simulated = false;  // of --against: its name may also be that of the backend

  double missRatio() const { return ratio(count.misses, count.requests); }
  double byteMissRatio() const { return ratio(count.missedBytes, count.bytes); }

 private:
  static double ratio(std::uint64_t part, std::uint64_t all) {
    return all == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(all);
  }
};

// Every value is a prefix of one string, so a replay allocates nothing per request.
class Replay {
 public:
  Replay(Backend& backend, const Trace& trace, std::chrono::milliseconds timeout)
      : backend_(backend), trace_(trace), timeout_(timeout) {
    const auto largest = trace.sizes.empty() ? 1 : *std::max_element(trace.sizes.begin(), trace.sizes.end());
    value_.assign(std::max<std::size_t>(largest, 1), 'x');
  }

  ReplayCount run() {
    constexpr std::uint64_t between = 1024;  // requests, since reading the clock takes longer than some
    ProgressLine progress(std::string(backend_.name()), "requests", trace_.objects.size());
    for (const std::uint32_t object : trace_.objects) {
      request(object);
      if (count_.requests % between == 0) progress.reach(count_.requests);
    }
    return count_;
  }

 private:
  void request(std::uint32_t object) {
    const std::uint32_t size = trace_.sizes.empty() ? 1 : trace_.sizes[object];
    const std::string key = std::to_string(object);
    ++count_.requests;
    if (!trace_.sizes.empty()) count_.bytes += size;
    const auto found = perform({.code = OpCode::get, .nameSpace = kNamespace, .key = key});
    if (found == Status::ok) return;
    ++count_.misses;
    if (!trace_.sizes.empty()) count_.missedBytes += size;
    perform({.code = OpCode::set,
             .nameSpace = kNamespace,
             .key = key,
             .value = std::string_view(value_).substr(0, size)});
  }

  // An object larger than the backend accepts stays a miss, and the replay continues.
  Status perform(const Operation& operation) {
    const Outcome outcome = backend_.perform(operation, backend_.in(timeout_));
    if (failed(outcome.status) && outcome.status != Status::tooLarge && outcome.status != Status::noMemory)
      throw std::runtime_error("backend \"" + std::string(backend_.name()) +
                               "\": " + std::string(toString(outcome.status)) + " " + outcome.error);
    return outcome.status;
  }

  Backend& backend_;
  const Trace& trace_;
  const std::chrono::milliseconds timeout_;
  std::string value_;
  ReplayCount count_;
};

// The caller's options come last and take precedence.
std::vector<std::string> settingsFor(const ReplayOptions& options, const Trace& trace,
                                     std::uint64_t capacity) {
  std::vector<std::string> sets;
  if (trace.sizes.empty())
    sets.push_back("max_entries=" + std::to_string(capacity));
  else
    sets.push_back("max_bytes=" + std::to_string(capacity));
  sets.insert(sets.end(), options.sets.begin(), options.sets.end());
  return sets;
}

// Adds what the backend itself estimates about other sizes, in requests alone.
void addEstimates(const Backend& backend, const std::string& name, std::uint64_t capacity,
                  std::vector<Result>& results) {
  const auto estimate = sizing(backend);
  if (!estimate)
    throw std::invalid_argument("--what-if: plugin \"" + name +
                                "\" makes no estimate (larder.sizing/1); leave the option out");
  for (const auto& point : estimate->points) {
    ReplayCount count;
    count.requests = estimate->gets;
    count.misses = static_cast<std::uint64_t>(
        std::llround((1 - estimate->hitRatio(point)) * static_cast<double>(estimate->gets)));
    results.push_back(
        {name + " (estimated at " + std::to_string(capacity) + ")", capacity * point.percent / 100, count});
  }
}

std::string fixed(double number) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(5) << number;
  return text.str();
}

void print(const std::vector<Result>& results, const ReplayOptions& options, bool sized) {
  if (options.format == TableFormat::json) {
    auto all = nlohmann::json::array();
    for (const Result& result : results)
      all.push_back({{"cache", result.cache},
                     {"capacity", result.capacity},
                     {"requests", result.count.requests},
                     {"miss_ratio", result.missRatio()},
                     {"byte_miss_ratio", sized ? result.byteMissRatio() : result.missRatio()}});
    std::cout << all.dump(2) << std::endl;
    return;
  }
  const TextTable::Row header{"cache", "capacity", "requests", "miss_ratio", "byte_miss_ratio"};
  TextTable table(header);
  for (const Result& result : results)
    table.add({result.cache, std::to_string(result.capacity), std::to_string(result.count.requests),
               fixed(result.missRatio()), sized ? fixed(result.byteMissRatio()) : "-"});
  std::cout << table.in(options.format) << std::flush;
}

void plot(const std::vector<Result>& results, const ReplayOptions& options, bool sized) {
  std::vector<MissRatioCurve> curves;
  for (const Result& result : results) {
    const auto name = result.simulated ? result.cache + " (simulated)" : result.cache;
    auto curve =
        std::find_if(curves.begin(), curves.end(), [&](const auto& known) { return known.cache == name; });
    if (curve == curves.end()) curve = curves.insert(curves.end(), MissRatioCurve{name, {}});
    curve->points.emplace_back(result.capacity, result.missRatio());
  }
  for (auto& curve : curves) std::sort(curve.points.begin(), curve.points.end());
  writeImage(options.plot, drawCharts({missRatioChart(curves, sized ? "bytes" : "entries")}));
}

}  // namespace

void replay(const ReplayOptions& options, const Environment& environment) {
  const Logger logger(LogLevel::warning);
  BackendReports reports(logger);
  const auto name = backendLabel(options.plugin);
  auto plugins = pluginSet(loadConfig({.environment = environment}), environment, logger);
  const Trace trace = readTrace(options.trace, options.sizes);

  std::vector<Result> results;
  for (const std::uint64_t capacity : options.capacities) {
    const auto backend = openBackend(
        name, backendFromArguments(options.plugin, settingsFor(options, trace, capacity)), plugins, reports);
    results.push_back({name, capacity, Replay(*backend, trace, options.timeout).run()});
    if (options.whatIf) addEstimates(*backend, name, capacity, results);
    for (const auto& policy : options.against)
      results.push_back({policy, capacity, replayReference(policy, trace, capacity), true});
  }
  if (!options.plot.empty()) plot(results, options, !trace.sizes.empty());
  print(results, options, !trace.sizes.empty());
}

}  // namespace larder::host
