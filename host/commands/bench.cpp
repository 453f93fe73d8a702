// SPDX-License-Identifier: Apache-2.0
#include "commands/bench.hpp"

#include <larder/plugin_lru.h>
#include <larder/backend.hpp>
#include <larder/backend_url.hpp>
#include <larder/plugin_library.hpp>

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "commands/backend_arguments.hpp"
#include "commands/bench_charts.hpp"
#include "commands/bench_worker.hpp"
#include "commands/chart.hpp"
#include "commands/figure_text.hpp"
#include "commands/progress_line.hpp"
#include "commands/zipf.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {
namespace {

using SteadyClock = BenchPace::Clock;

constexpr std::size_t kFilledAtOnce = 64;
constexpr std::size_t kDraws = std::size_t{1} << 20;  // shared by all threads, each starting at another place
constexpr std::uint64_t kSeed = 20'240'229;           // the same load in every run

void demand(Backend& backend, const Outcome& outcome) {
  if (failed(outcome.status))
    throw std::runtime_error("backend \"" + std::string(backend.name()) +
                             "\" does not answer: " + std::string(toString(outcome.status)) +
                             (outcome.error.empty() ? "" : ": " + outcome.error));
}

void clear(Backend& backend, const BenchOptions& options) {
  const auto perform = [&](const Operation& operation) {
    demand(backend, backend.perform(operation, backend.in(kBenchTimeout)));
  };
  if (backend.has(LARDER_CAP_CLEAR))
    return perform({.code = OpCode::clearNamespace, .nameSpace = kBenchNamespace});
  for (std::uint32_t i = 0; i < options.keys; ++i)
    perform({.code = OpCode::erase, .nameSpace = kBenchNamespace, .key = benchKey(i)});
}

// Stores the most popular keys, which have the lowest numbers, last, so they remain if there is no room for
// all.
void fill(Backend& backend, const BenchOptions& options) {
  const std::string value(options.valueSize, 'x');
  ProgressLine progress("storing", "keys", options.keys);
  std::vector<std::string> keys;
  std::vector<Operation> operations;
  for (std::uint32_t left = options.keys; left > 0;) {
    keys.clear();
    operations.clear();
    while (left > 0 && keys.size() < kFilledAtOnce) keys.push_back(benchKey(--left));
    for (const auto& key : keys)
      operations.push_back({.code = OpCode::set,
                            .nameSpace = kBenchNamespace,
                            .key = key,
                            .value = value,
                            .ttl = std::chrono::minutes(10)});
    std::vector<Outcome> outcomes(operations.size());
    backend.perform(operations, outcomes, backend.in(kBenchTimeout));
    for (const Outcome& outcome : outcomes) demand(backend, outcome);
    progress.reach(options.keys - left);
  }
}

std::chrono::microseconds processorTime() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

struct Measurement {
  BenchTally tally;
  std::chrono::duration<double> elapsed{0};
  std::chrono::microseconds processor{0};

  double operations() const { return static_cast<double>(tally.latencies.count()); }
  double rate() const { return operations() / elapsed.count(); }
  double processorPerOperation() const {
    return operations() > 0 ? static_cast<double>(processor.count()) / operations() : 0.0;
  }
  double hitPercent() const {
    const auto gets = static_cast<double>(tally.hits + tally.misses);
    return gets > 0 ? 100.0 * static_cast<double>(tally.hits) / gets : 0.0;
  }
  double latency(double quantile) const {
    return static_cast<double>(tally.latencies.quantile(quantile).count()) / 1000.0;
  }
};

// Shows the rate and the time left while the workers run.
class ProgressOfRun {
 public:
  ProgressOfRun(const std::deque<BenchWorker>& workers, SteadyClock::time_point begin,
                SteadyClock::time_point end)
      : workers_(workers), begin_(begin), line_("measuring", "", inMilliseconds(end - begin)) {}

  /// Blocks until then.
  void showUntil(SteadyClock::time_point end) {
    constexpr std::chrono::milliseconds interval{100};
    for (auto now = SteadyClock::now(); now < end; now = SteadyClock::now()) {
      std::this_thread::sleep_until(std::min(end, now + interval));
      show(SteadyClock::now() - begin_);
    }
  }

 private:
  static std::uint64_t inMilliseconds(SteadyClock::duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  }

  void show(SteadyClock::duration passed) {
    std::uint64_t ended = 0;
    for (const BenchWorker& worker : workers_) ended += worker.ended();
    const double rate = static_cast<double>(ended) / std::chrono::duration<double>(passed).count();
    line_.reach(inMilliseconds(passed), rateText(rate) + " operations/s");
  }

  const std::deque<BenchWorker>& workers_;
  const SteadyClock::time_point begin_;
  ProgressLine line_;
};

Measurement measure(Backend& backend, const BenchOptions& options) {
  const auto draws = drawZipf(options.keys, options.zipf, kDraws, kSeed);
  // The time starts here: the draws take longer than a short measurement.
  const auto begin = SteadyClock::now();
  const BenchWorker::Span span{begin + options.warmUp, begin + options.warmUp + options.duration};
  const std::chrono::duration<double> interval(options.rate > 0 ? options.threads / options.rate : 0.0);
  std::deque<BenchWorker> workers;
  for (unsigned i = 0; i < options.threads; ++i)
    workers.emplace_back(
        backend, BenchLoad(options.mix, draws, draws.size() / options.threads * i, kSeed + i),
        // Staggers the threads instead of letting all send at once.
        BenchPace(begin + std::chrono::duration_cast<SteadyClock::duration>(interval * i / options.threads),
                  interval),
        span, options.valueSize);

  Measurement measurement;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options.threads; ++i)
      threads.emplace_back([&worker = workers[i], &options, i] {
        ::pthread_setname_np(::pthread_self(), ("bench-" + std::to_string(i)).c_str());
        if (options.mode == BenchMode::callback)
          worker.runByCallback(options.outstanding);
        else
          worker.runBlocking();
      });
    ProgressOfRun progress(workers, begin, span.end);
    progress.showUntil(span.counted);
    measurement.processor = -processorTime();
    progress.showUntil(span.end);
  }
  measurement.processor += processorTime();
  measurement.elapsed = SteadyClock::now() - span.counted;
  for (const BenchWorker& worker : workers) measurement.tally.merge(worker.tally());
  return measurement;
}

void printJson(const Measurement& measurement, const std::string& name, const BenchOptions& options) {
  const nlohmann::ordered_json told{{"backend", name},
                                    {"threads", options.threads},
                                    {"ops_per_s", measurement.rate()},
                                    {"p50_us", measurement.latency(0.50)},
                                    {"p99_us", measurement.latency(0.99)},
                                    {"p999_us", measurement.latency(0.999)},
                                    {"cpu_us_per_op", measurement.processorPerOperation()},
                                    {"hits", measurement.tally.hits},
                                    {"misses", measurement.tally.misses},
                                    {"errors", measurement.tally.errors}};
  std::cout << told.dump(2) << std::endl;
}

void printTsv(const Measurement& measurement, const std::string& name, const BenchOptions& options) {
  std::cout << "backend\tthreads\tops_per_s\tp50_us\tp99_us\tp999_us\tcpu_us_per_op\thits\tmisses\terrors\n"
            << std::fixed << name << '\t' << options.threads << '\t' << std::setprecision(0)
            << measurement.rate() << std::setprecision(3) << '\t' << measurement.latency(0.50) << '\t'
            << measurement.latency(0.99) << '\t' << measurement.latency(0.999) << '\t'
            << measurement.processorPerOperation() << '\t' << measurement.tally.hits << '\t'
            << measurement.tally.misses << '\t' << measurement.tally.errors << std::endl;
}

// Returns the plugin's name, its file or the URL's scheme, as the backend was given.
std::string givenPlugin(const BackendConfig& config) {
  if (!config.url) return config.plugin;
  return config.url->scheme().empty() ? config.url->plugin() : config.url->scheme();
}

std::shared_ptr<const PluginLibrary> linkedLibrary(const BackendConfig& config) {
  auto library = PluginLibrary::linked(larder_plugin_lru);
  const std::string given = givenPlugin(config);
  if (given != library->name())
    throw std::invalid_argument("--direct: \"" + given + "\" is not linked into this program; use " +
                                std::string(library->name()));
  return library;
}

// Uses fixed column widths, so that the tables of several backends can be combined.
void printTable(const Measurement& measurement, const std::string& name, const BenchOptions& options) {
  std::cout
      << "backend       threads        ops/s     p50 us     p99 us    p999 us  cpu us/op   hits %  errors\n"
      << std::fixed << std::left << std::setw(12) << name << std::right << std::setw(9) << options.threads
      << std::setw(13) << std::setprecision(0) << measurement.rate() << std::setprecision(2) << std::setw(11)
      << measurement.latency(0.50) << std::setw(11) << measurement.latency(0.99) << std::setw(11)
      << measurement.latency(0.999) << std::setw(11) << measurement.processorPerOperation() << std::setw(9)
      << measurement.hitPercent() << std::setw(8) << measurement.tally.errors << std::endl;
}

}  // namespace

void bench(const BenchOptions& options, const Environment& environment) {
  const Logger logger(LogLevel::warning);
  BackendReports reports(logger);
  const auto name = backendLabel(options.plugin);
  auto plugins = pluginSet(loadConfig({.environment = environment}), environment, logger);
  const auto config = backendFromArguments(options.plugin, options.sets);
  const auto library = options.direct ? linkedLibrary(config) : libraryOf(config, plugins);
  const auto backend = openBackend(name, config, library, plugins.limits(), reports);

  clear(*backend, options);
  fill(*backend, options);
  const Measurement measurement = measure(*backend, options);
  switch (options.format) {
    case TableFormat::table: printTable(measurement, name, options); break;
    case TableFormat::tsv: printTsv(measurement, name, options); break;
    case TableFormat::json: printJson(measurement, name, options); break;
  }
  if (!options.plot.empty())
    writeImage(options.plot, drawCharts(benchCharts(measurement.tally, name, options.duration)));
  if (const BenchTally& tally = measurement.tally; tally.errors > 0)
    throw std::runtime_error(std::to_string(tally.errors) + " operations failed, the last with " +
                             tally.lastError);
  clear(*backend, options);
}

}  // namespace larder::host
