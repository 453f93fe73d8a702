// SPDX-License-Identifier: Apache-2.0
#include "commands/bench.hpp"

#include <larder/backend.hpp>

#include <pthread.h>

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <random>
#include <span>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "commands/backend_arguments.hpp"
#include "commands/latency_histogram.hpp"
#include "commands/zipf.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kNamespace = "larder-bench";
constexpr std::chrono::milliseconds kOperationTimeout{1000};
constexpr std::chrono::milliseconds kEntryLife{600'000};
constexpr std::size_t kDraws = std::size_t{1} << 20;  // each thread goes round them from a place of its own
constexpr std::uint64_t kSeed = 20'240'229;           // the same load in each run

// What one thread did, or all together.
struct Tally {
  LatencyHistogram latencies;
  std::uint64_t reads = 0;
  std::uint64_t hits = 0;
  std::uint64_t failures = 0;
  std::string lastFailure;

  void merge(const Tally& other) {
    latencies.merge(other.latencies);
    reads += other.reads;
    hits += other.hits;
    failures += other.failures;
    if (!other.lastFailure.empty()) lastFailure = other.lastFailure;
  }
};

std::string describe(const Outcome& outcome) {
  return std::string(toString(outcome.status)) + (outcome.error.empty() ? "" : ": " + outcome.error);
}

std::string keyOf(std::uint32_t number) { return "key-" + std::to_string(number); }

// One thread's load.
class Worker {
 public:
  Worker(Backend& backend, const BenchOptions& options, std::span<const std::uint32_t> draws, unsigned number)
      : backend_(backend),
        reads_(options.reads),
        value_(options.valueSize, 'x'),
        draws_(draws),
        next_(draws.size() / options.threads * number),
        random_(kSeed + number) {}

  void run(SteadyClock::time_point end) {
    while (SteadyClock::now() < end) step();
  }
  const Tally& tally() const { return tally_; }

 private:
  void step() {
    const std::string key = keyOf(draws_[next_++ % draws_.size()]);
    if (!reads_(random_)) return store(key);
    ++tally_.reads;
    const Status found = measure({.code = OpCode::get, .nameSpace = kNamespace, .key = key});
    if (found == Status::ok) ++tally_.hits;
    if (found == Status::miss) store(key);
  }

  void store(const std::string& key) {
    measure({.code = OpCode::set, .nameSpace = kNamespace, .key = key, .value = value_, .ttl = kEntryLife});
  }

  Status measure(const Operation& operation) {
    const auto begin = SteadyClock::now();
    const Outcome outcome = backend_.perform(operation, backend_.in(kOperationTimeout));
    tally_.latencies.add(SteadyClock::now() - begin);
    if (failed(outcome.status)) {
      ++tally_.failures;
      tally_.lastFailure = describe(outcome);
    }
    return outcome.status;
  }

  Backend& backend_;
  std::bernoulli_distribution reads_;
  const std::string value_;
  const std::span<const std::uint32_t> draws_;
  std::size_t next_;
  std::mt19937_64 random_;
  Tally tally_;
};

void demand(Backend& backend, const Operation& operation) {
  const auto outcome = backend.perform(operation, backend.in(kOperationTimeout));
  if (failed(outcome.status))
    throw std::runtime_error("backend \"" + std::string(backend.name()) +
                             "\" does not answer: " + describe(outcome));
}

void clear(Backend& backend, const BenchOptions& options) {
  if (backend.has(LARDER_CAP_CLEAR))
    return demand(backend, {.code = OpCode::clearNamespace, .nameSpace = kNamespace});
  for (std::uint32_t i = 0; i < options.keys; ++i)
    demand(backend, {.code = OpCode::erase, .nameSpace = kNamespace, .key = keyOf(i)});
}

struct Measurement {
  Tally tally;
  std::chrono::duration<double> elapsed{0};
};

Measurement measure(Backend& backend, const BenchOptions& options) {
  const auto draws = drawZipf(options.keys, options.zipf, kDraws, kSeed);
  std::vector<Worker> workers;
  for (unsigned i = 0; i < options.threads; ++i) workers.emplace_back(backend, options, draws, i);

  // Only from here on does the time count: the draws above take longer than a short measurement.
  const auto begin = SteadyClock::now();
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options.threads; ++i)
      threads.emplace_back([&worker = workers[i], i, end = begin + options.duration] {
        ::pthread_setname_np(::pthread_self(), ("bench-" + std::to_string(i)).c_str());
        worker.run(end);
      });
  }
  Measurement measurement{.tally = {}, .elapsed = SteadyClock::now() - begin};
  for (const Worker& worker : workers) measurement.tally.merge(worker.tally());
  return measurement;
}

double microseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1000.0; }

void print(const Measurement& measurement, const BenchOptions& options) {
  const Tally& tally = measurement.tally;
  const auto operations = tally.latencies.count();
  const double rate = static_cast<double>(operations) / measurement.elapsed.count();
  const double hits =
      tally.reads == 0 ? 0.0 : 100.0 * static_cast<double>(tally.hits) / static_cast<double>(tally.reads);
  const auto p50 = microseconds(tally.latencies.quantile(0.50));
  const auto p99 = microseconds(tally.latencies.quantile(0.99));
  const auto name = backendLabel(options.plugin);
  std::cout << std::fixed;
  if (options.format == BenchFormat::tsv) {
    std::cout << "backend\tthreads\tops_per_s\tp50_us\tp99_us\thit_percent\tfailures\n"
              << name << '\t' << options.threads << '\t' << std::setprecision(0) << rate << '\t'
              << std::setprecision(2) << p50 << '\t' << p99 << '\t' << hits << '\t' << tally.failures
              << std::endl;
    return;
  }
  std::cout << "backend       threads        ops/s     p50 us     p99 us   hits %   failures\n"
            << std::left << std::setw(12) << name << std::right << std::setw(9) << options.threads
            << std::setw(13) << std::setprecision(0) << rate << std::setprecision(2) << std::setw(11) << p50
            << std::setw(11) << p99 << std::setw(9) << hits << std::setw(11) << tally.failures << std::endl;
}

}  // namespace

void bench(const BenchOptions& options, const Environment& environment) {
  const Logger logger(LogLevel::warning);
  BackendReports reports(logger);
  const auto name = backendLabel(options.plugin);
  auto plugins = pluginSet(loadConfig({.environment = environment}), environment, logger);
  const auto backend =
      openBackend(name, backendFromArguments(options.plugin, options.sets), plugins, reports);

  clear(*backend, options);
  const Measurement measurement = measure(*backend, options);
  print(measurement, options);
  if (const Tally& tally = measurement.tally; tally.failures > 0)
    throw std::runtime_error(std::to_string(tally.failures) + " operations failed, the last with " +
                             tally.lastFailure);
  clear(*backend, options);
}

}  // namespace larder::host
