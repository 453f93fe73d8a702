// SPDX-License-Identifier: Apache-2.0
//
// Measures what the ABI costs on a hit: lru's look-up called directly, through larder_backend.submit of its
// shared library, and through larder::Backend. All three use the same keys and alternate within one run;
// figures are medians.
//
//     larder_bench_abi [--rounds=N] [Google Benchmark's options]
#include <benchmark/benchmark.h>

#include <larder/backend.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "key_hash.hpp"
#include "shard.hpp"

namespace {

using namespace larder;

// Few enough keys to stay in the processor's cache, so that the benchmark measures the call path and not
// memory latency.
constexpr std::size_t kKeys = 64;
constexpr std::size_t kBatch = 32;

const std::array<std::string, kKeys>& keys() {
  static const auto all = [] {
    std::array<std::string, kKeys> made;
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = "user:" + std::to_string(1'000'000 + i);
    return made;
  }();
  return all;
}
const std::string kValue(100, 'v');

larder_op opOn(std::uint32_t opcode, std::string_view key) {
  larder_op op{};
  op.struct_size = sizeof op;
  op.opcode = opcode;
  op.name_space = {"n", 1};
  op.key = {key.data(), key.size()};
  op.value = {kValue.data(), kValue.size()};
  op.ttl_ms = 3'600'000;
  return op;
}

// The plugin's look-up without the ABI: hash, then shard.
class Direct {
 public:
  Direct() {
    for (const auto& key : keys()) {
      larder_op op = opOn(LARDER_OP_SET, key);
      perform(op, &lru::Shard::set);
    }
  }

  void get(larder_op& op, std::string_view key) {
    op.key = {key.data(), key.size()};
    benchmark::DoNotOptimize(op.name_space);
    perform(op, &lru::Shard::get);
    benchmark::DoNotOptimize(op.result.data);
    op.result.release(op.result.owner);
  }

 private:
  void perform(larder_op& op, larder_status (lru::Shard::*operation)(const lru::Access&)) {
    const auto space = lru::hashOfBytes({op.name_space.data, op.name_space.size}, 1);
    lru::Moment moment(&clock_);
    (shard_.*operation)({op, space, lru::hashOfBytes({op.key.data, op.key.size}, space), moment});
  }

  // The only host service that a shard uses.
  larder_host clock_ = [] {
    larder_host host{};
    host.monotonic_ns = [](void*) { return static_cast<std::uint64_t>(SystemClock().monotonic().count()); };
    return host;
  }();
  lru::Arena arena_{16 << 20, 64 << 10};
  lru::Shard shard_{arena_, lru::Limits{.bytes = 16 << 20}, 1 << 20, lru::Policy::adaptive};
};

class Plugin {
 public:
  Plugin() {
    for (const auto& key : keys())
      backend_->perform({.code = OpCode::set, .nameSpace = "n", .key = key, .value = kValue}, soon());
  }

  Backend& backend() { return *backend_; }
  Deadline soon() const { return backend_->in(std::chrono::hours(1)); }

 private:
  HostServices services_;
  const std::unique_ptr<Backend> backend_ =
      Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "bench", {{"shards", {"1"}}}, services_);
};

void direct(benchmark::State& state) {
  Direct cache;
  larder_op op = opOn(LARDER_OP_GET, keys()[0]);
  std::size_t i = 0;
  for (auto _ : state) cache.get(op, keys()[i++ % kKeys]);
}

void throughAbi(benchmark::State& state) {
  Plugin plugin;
  const larder_backend& table = plugin.backend().table();
  larder_op op = opOn(LARDER_OP_GET, keys()[0]);
  larder_op* const ops[] = {&op};
  larder_status status = LARDER_INTERNAL;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& key = keys()[i++ % kKeys];
    op.key = {key.data(), key.size()};
    table.submit(table.self, ops, 1, &status);
    benchmark::DoNotOptimize(op.result.data);
    op.result.release(op.result.owner);
  }
}

void throughBackend(benchmark::State& state) {
  Plugin plugin;
  const Deadline deadline = plugin.soon();
  std::size_t i = 0;
  for (auto _ : state) {
    const auto outcome = plugin.backend().perform(
        {.code = OpCode::get, .nameSpace = "n", .key = keys()[i++ % kKeys]}, deadline);
    benchmark::DoNotOptimize(outcome.value.view().data());
  }
}

void directBatch(benchmark::State& state) {
  Direct cache;
  larder_op op = opOn(LARDER_OP_GET, keys()[0]);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) cache.get(op, keys()[i]);
  }
}

void throughAbiBatch(benchmark::State& state) {
  Plugin plugin;
  const larder_backend& table = plugin.backend().table();
  std::array<larder_op, kBatch> batch;
  std::array<larder_op*, kBatch> ops;
  std::array<larder_status, kBatch> statuses;
  for (std::size_t i = 0; i < kBatch; ++i) {
    batch[i] = opOn(LARDER_OP_GET, keys()[i]);
    ops[i] = &batch[i];
  }
  for (auto _ : state) {
    table.submit(table.self, ops.data(), kBatch, statuses.data());
    for (auto& op : batch) {
      benchmark::DoNotOptimize(op.result.data);
      op.result.release(op.result.owner);
    }
  }
}

BENCHMARK(direct);
BENCHMARK(throughAbi);
BENCHMARK(throughBackend);
BENCHMARK(directBatch);
BENCHMARK(throughAbiBatch);

// Keeps the times of all rounds, by benchmark.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) times_[run.benchmark_name()].push_back(run.GetAdjustedCPUTime());
  }
  double median(const std::string& name) {
    auto& all = times_[name];
    if (all.empty()) return 0;
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
    return all[all.size() / 2];
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

int roundsOf(int& argc, char** argv) {
  constexpr std::string_view option = "--rounds=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with(option)) continue;
    std::copy(argv + i + 1, argv + argc, argv + i);
    --argc;
    return std::max(1, std::atoi(argument.substr(option.size()).data()));
  }
  return 15;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = roundsOf(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Collector times;
  for (int round = 0; round < rounds; ++round) benchmark::RunSpecifiedBenchmarks(&times);

  const auto one = [&](const char* name) { return times.median(name); };
  const auto each = [&](const char* name) { return times.median(name) / static_cast<double>(kBatch); };
  std::printf("ABI cost of a hit in lru, ns per get and release, median of %d rounds\n", rounds);
  std::printf("%-34s %8.1f\n", "direct call", one("direct"));
  std::printf("%-34s %8.1f  %+.1f\n", "through the ABI", one("throughAbi"),
              one("throughAbi") - one("direct"));
  std::printf("%-34s %8.1f  %+.1f\n", "through larder::Backend", one("throughBackend"),
              one("throughBackend") - one("direct"));
  std::printf("%-34s %8.1f\n", "direct calls, 32 in a row", each("directBatch"));
  std::printf("%-34s %8.1f  %+.1f\n", "one submit of 32 through the ABI", each("throughAbiBatch"),
              each("throughAbiBatch") - each("directBatch"));
  return 0;
}
