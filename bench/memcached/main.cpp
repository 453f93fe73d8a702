// SPDX-License-Identifier: Apache-2.0
//
// Measures one memcached client: operations per second on 1000 stored keys, and system calls per operation.
//
//     larder_bench_memcached CLIENT HOST:PORT CALLERS BYTES READS SECONDS [PLUGIN]
//
// CLIENT is larder, callback (the plugin; CALLERS operations in flight), handles or pool (libmemcached);
// READS is the percentage of operations that read.
#include "contenders.hpp"
#include "system_calls.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace larder::memcached_bench {

using namespace bench;

namespace {

using std::chrono::steady_clock;

struct Settings {
  std::string client;
  std::string server;
  Load load;
  std::string plugin = LARDER_MEMCACHED_PLUGIN;
};

std::shared_ptr<Backend> open(const Settings& settings) {
  return openPlugin(settings.plugin, "servers", settings.server);
}

/// Measures time and system calls since its construction.
class Measurement {
 public:
  double rate(std::uint64_t operations) const { return static_cast<double>(operations) / seconds().count(); }
  void print(std::uint64_t operations) const {
    const auto calls = systemCalls();
    const auto each = [operations](std::uint64_t count) {
      return static_cast<double>(count) / static_cast<double>(operations);
    };
    std::printf("%.0f %.3f %.3f\n", rate(operations), each(calls.sends - before_.sends),
                each(calls.receives - before_.receives));
  }

 private:
  std::chrono::duration<double> seconds() const { return steady_clock::now() - begin_; }

  const steady_clock::time_point begin_ = steady_clock::now();
  const SystemCalls before_ = systemCalls();
};

Contender contenderOf(const Settings& settings) {
  const std::size_t bytes = settings.load.bytes;
  if (settings.client == "handles") return handlePerThread(settings.server, bytes);
  if (settings.client == "pool") return poolOfEight(settings.server, bytes);
  if (settings.client == "larder") return bench::plugin(open(settings), bytes, Misses::allowed);
  throw std::runtime_error(settings.client + ": no such client");
}

void measureBlocking(const Settings& settings) {
  std::optional<Measurement> measurement;
  const auto operations =
      runCallers(contenderOf(settings), settings.load, [&measurement] { measurement.emplace(); });
  measurement->print(operations);
}

/// Keeps one operation in flight: each completion starts the next operation, on a thread of the plugin.
class Chain {
 public:
  Chain(larder::Backend& backend, const Load& load, unsigned caller, const std::atomic<bool>& stop)
      : backend_(backend), load_(load), stop_(stop), number_(firstOf(caller)) {}

  void next() {
    const Step step = stepOf(number_, load_);
    key_ = keyOf(step.key);
    const larder::Operation operation = operationOf(key_, step.write, value_);
    backend_.start({&operation, 1}, backend_.in(kPatience), [this](std::span<larder::Outcome> outcomes) {
      failed_ = failed_ || outcomes[0].status != larder::Status::ok;
      ++number_;
      ++done_;
      if (!stop_) return next();
      ended_ = true;
      ended_.notify_one();
    });
  }

  std::uint64_t done() {
    ended_.wait(false);
    if (failed_) throw std::runtime_error("the plugin failed");
    return done_;
  }

 private:
  larder::Backend& backend_;
  const Load& load_;
  const std::atomic<bool>& stop_;
  const std::string value_ = std::string(load_.bytes, 'v');
  std::string key_;
  unsigned number_;
  std::uint64_t done_ = 0;
  bool failed_ = false;
  std::atomic<bool> ended_{false};
};

void measureCallbacks(const Settings& settings) {
  std::vector<std::unique_ptr<Chain>> chains;  // outlive the backend, whose threads call them
  const auto backend = open(settings);
  storeAllKeys(bench::plugin(backend, settings.load.bytes, Misses::allowed));

  std::atomic<bool> stop{false};
  for (unsigned caller = 0; caller < settings.load.callers; ++caller)
    chains.push_back(std::make_unique<Chain>(*backend, settings.load, caller, stop));
  const Measurement measurement;
  for (const auto& chain : chains) chain->next();
  std::this_thread::sleep_for(settings.load.time);
  stop = true;
  std::uint64_t operations = 0;
  for (const auto& chain : chains) operations += chain->done();
  measurement.print(operations);
}

Settings settingsOf(std::span<char*> arguments) {
  if (arguments.size() < 7 || arguments.size() > 8)
    throw std::runtime_error(
        "usage: larder_bench_memcached CLIENT HOST:PORT CALLERS BYTES READS SECONDS [PLUGIN]");
  Settings settings;
  settings.client = arguments[1];
  settings.server = arguments[2];
  settings.load = loadOf(&arguments[3]);
  if (arguments.size() == 8) settings.plugin = arguments[7];
  return settings;
}

}  // namespace
}  // namespace larder::memcached_bench

int main(int count, char** arguments) try {
  using namespace larder::memcached_bench;
  const Settings settings = settingsOf({arguments, static_cast<std::size_t>(count)});
  settings.client == "callback" ? measureCallbacks(settings) : measureBlocking(settings);
} catch (const std::exception& error) {
  std::fprintf(stderr, "larder_bench_memcached: %s\n", error.what());
  return 1;
}
