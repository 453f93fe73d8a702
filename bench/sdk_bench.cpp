// SPDX-License-Identifier: Apache-2.0
//
// Measures what the SDK costs on top of a plugin: calls through larder::Backend and larder::Cache compared
// with the same work through larder_backend.submit, in one run. The measurements of a pass run back to back
// and a ratio is the median of the passes' ratios, so that noise affects both sides alike.
//
//     larder_bench_sdk --redis=URL [--passes=N] [--seconds=S] [--memory-seconds=S]
//                      [--only=TEXT]: prints only lines that contain TEXT
#include <larder/cache.hpp>
#include <larder/tiers.hpp>
#include <larder/worker_pool.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace larder;
using namespace std::chrono_literals;

constexpr std::size_t kKeys = 64;
const std::string kSpace = "bench-sdk";
const std::string kValue(100, 'v');

const std::array<std::string, kKeys>& keys() {
  static const auto all = [] {
    std::array<std::string, kKeys> made;
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = "user:" + std::to_string(1'000'000 + i);
    return made;
  }();
  return all;
}

struct Options {
  std::string redis;
  std::string only;
  int passes = 10;
  double seconds = 1;
  double memorySeconds = 20;
};

// ---- Counting operations for a while ----

// Runs `body(stop, count)` on each of `threads` threads. Returns operations per second.
double rateOf(std::size_t threads, double seconds,
              const std::function<void(std::size_t, const std::atomic<bool>&, std::uint64_t&)>& body) {
  struct alignas(64) Count {
    std::uint64_t operations = 0;
  };
  std::atomic<bool> stop{false};
  std::vector<Count> counts(threads);
  std::vector<std::thread> running;
  const auto begun = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < threads; ++i)
    running.emplace_back([&, i] { body(i, stop, counts[i].operations); });
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  for (auto& each : running) each.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::uint64_t total = 0;
  for (const auto& each : counts) total += each.operations;
  return static_cast<double>(total) / took.count();
}

// ---- One operation, raw and through the SDK ----

larder_op getOf(std::string_view key) {
  larder_op op{};
  op.struct_size = sizeof op;
  op.opcode = LARDER_OP_GET;
  op.name_space = {kSpace.data(), kSpace.size()};
  op.key = {key.data(), key.size()};
  return op;
}

void expectHit(bool hit) {
  if (hit) return;
  std::fputs("a get missed or failed: is the store reachable?\n", stderr);
  std::exit(1);
}

std::uint64_t deadlineOf(const Backend& backend) {
  return static_cast<std::uint64_t>(backend.in(1s).monotonic().count());
}

void releaseResult(larder_op& op) {
  if (op.result.release != nullptr) op.result.release(op.result.owner);
  op.result = {};
}

double rawBlocking(Backend& backend, std::size_t threads, double seconds) {
  const larder_backend& table = backend.table();
  return rateOf(threads, seconds, [&](std::size_t i, const std::atomic<bool>& stop, std::uint64_t& count) {
    larder_op op = getOf(keys()[i % kKeys]);
    larder_op* const ops[] = {&op};
    for (std::size_t next = i; !stop.load(std::memory_order_relaxed); ++count, ++next) {
      const auto& key = keys()[next % kKeys];
      op.key = {key.data(), key.size()};
      op.deadline_ns = deadlineOf(backend);
      larder_status status = LARDER_INTERNAL;
      table.submit(table.self, ops, 1, &status);
      expectHit(status == LARDER_OK);
      releaseResult(op);
    }
  });
}

double performing(Backend& backend, std::size_t threads, double seconds) {
  return rateOf(threads, seconds, [&](std::size_t i, const std::atomic<bool>& stop, std::uint64_t& count) {
    Operation get{.code = OpCode::get, .nameSpace = kSpace};
    for (std::size_t next = i; !stop.load(std::memory_order_relaxed); ++count, ++next) {
      get.key = keys()[next % kKeys];
      expectHit(backend.perform(get, backend.in(1s)).status == Status::ok);
    }
  });
}

// Keeps one operation per slot outstanding: each completion starts the next operation.
template <class Slot>
double outstanding(Backend& backend, std::size_t slots, double seconds) {
  std::vector<std::unique_ptr<Slot>> all;
  for (std::size_t i = 0; i < slots; ++i) all.push_back(std::make_unique<Slot>(backend, i));
  const auto begun = std::chrono::steady_clock::now();
  for (auto& each : all) each->next();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  std::uint64_t total = 0;
  for (auto& each : all) each->stop = true;
  for (auto& each : all) {
    while (!each->ended.load(std::memory_order_acquire)) std::this_thread::sleep_for(1ms);
    total += each->count;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  return static_cast<double>(total) / took.count();
}

struct SlotBase {
  SlotBase(Backend& of, std::size_t i) : backend(of), at(i) {}
  const std::string& key() { return keys()[at++ % kKeys]; }

  Backend& backend;
  std::size_t at;
  std::uint64_t count = 0;
  std::atomic<bool> stop{false};
  std::atomic<bool> ended{false};
};

struct RawSlot : SlotBase {
  RawSlot(Backend& of, std::size_t i) : SlotBase(of, i), table(of.table()), op(getOf(key())) {
    op.user = this;
    op.complete = [](larder_op* done, larder_status status) {
      expectHit(status == LARDER_OK);
      releaseResult(*done);
      auto& slot = *static_cast<RawSlot*>(done->user);
      ++slot.count;
      slot.next();
    };
  }

  void next() {
    if (stop.load(std::memory_order_relaxed)) return ended.store(true, std::memory_order_release);
    const auto& wanted = key();
    op.key = {wanted.data(), wanted.size()};
    op.deadline_ns = deadlineOf(backend);
    larder_op* const ops[] = {&op};
    larder_status status = LARDER_INTERNAL;
    table.submit(table.self, ops, 1, &status);
    if (status != LARDER_PENDING) op.complete(&op, status);
  }

  const larder_backend& table;
  larder_op op;
};

struct StartSlot : SlotBase {
  using SlotBase::SlotBase;

  void next() {
    if (stop.load(std::memory_order_relaxed)) return ended.store(true, std::memory_order_release);
    const Operation get{.code = OpCode::get, .nameSpace = kSpace, .key = key()};
    backend.start(std::span(&get, 1), backend.in(1s), [this](std::span<Outcome> outcomes) {
      expectHit(outcomes[0].status == Status::ok);
      ++count;
      next();
    });
  }
};

// ---- A hit of the cache ----

CacheRequest requestOf(const std::string& key) {
  return {.nameSpace = "hits", .key = KeyBuilder().field(key).build(), .expire = 1h, .compute = [] {
            return Computed{.payload = kValue};
          }};
}

double hits(Cache& cache, std::size_t threads, double seconds) {
  std::vector<CacheRequest> requests;
  for (const auto& key : keys()) {
    requests.push_back(requestOf(key));
    cache.getOrCompute(requests.back());
    cache.getOrCompute(requests.back());  // also fetches its copy into L1
  }
  return rateOf(threads, seconds, [&](std::size_t i, const std::atomic<bool>& stop, std::uint64_t& count) {
    for (std::size_t next = i; !stop.load(std::memory_order_relaxed); ++count, ++next)
      cache.getOrCompute(requests[next % kKeys]);
  });
}

// ---- Memory ----

double residentMiB() {
  std::ifstream statm("/proc/self/statm");
  long size = 0;
  long resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

// Keeps 256 requests for one key outstanding, while the key expires once a second.
void measureMemory(Cache& cache, double seconds) {
  struct Client {
    Cache& cache;
    WorkerPool& pool;
    std::atomic<std::uint64_t>& total;
    std::atomic<bool>& stop;
    std::atomic<int>& running;

    void next() {
      if (stop) {
        --running;
        return;
      }
      auto request = requestOf("hot");
      request.expire = 1s;
      cache.getOrCompute(std::move(request), pool, [this](const CacheResult&) {
        ++total;
        if (!pool.post([this] { next(); })) --running;
      });
    }
  };
  constexpr int clients = 256;
  WorkerPool pool("bench", 2, 100'000);
  std::atomic<std::uint64_t> total{0};
  std::atomic<bool> stop{false};
  std::atomic<int> running{clients};
  std::vector<std::unique_ptr<Client>> all;
  for (int i = 0; i < clients; ++i)
    all.push_back(std::make_unique<Client>(Client{cache, pool, total, stop, running}));
  for (auto& each : all) each->next();
  while (total < 10'000) std::this_thread::sleep_for(1ms);
  const double early = residentMiB();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const double late = residentMiB();
  stop = true;
  while (running > 0) std::this_thread::sleep_for(1ms);
  std::printf(
      "\nmemory, 256 clients on one hot key, redis: %.1f MiB after 10,000 requests, %.1f MiB after %.0f s "
      "and "
      "%llu requests: %+.1f MiB\n",
      early, late, seconds, static_cast<unsigned long long>(total.load()), late - early);
}

// ---- The table ----

struct Pair {
  std::string name;
  std::function<double()> base;
  std::function<double()> measured;
  std::vector<double> baseRates, rates, ratios;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double spread(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most / *least;
}

void print(const Pair& pair) {
  std::printf("%-50s %10.0f %10.0f %6.2f %8.2f\n", pair.name.c_str(), median(pair.baseRates) / 1000,
              median(pair.rates) / 1000, median(pair.ratios), spread(pair.rates));
}

bool takes(std::string_view argument, std::string_view name, std::string& value) {
  if (!argument.starts_with(name)) return false;
  value = argument.substr(name.size());
  return true;
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    std::string value;
    if (takes(arguments[i], "--only=", value))
      options.only = value;
    else if (takes(arguments[i], "--redis=", value))
      options.redis = value;
    else if (takes(arguments[i], "--passes=", value))
      options.passes = std::atoi(value.c_str());
    else if (takes(arguments[i], "--seconds=", value))
      options.seconds = std::atof(value.c_str());
    else if (takes(arguments[i], "--memory-seconds=", value))
      options.memorySeconds = std::atof(value.c_str());
    else {
      std::fprintf(stderr, "%s: unknown option %s\n", arguments[0], arguments[i]);
      std::exit(2);
    }
  }
  return options;
}

void fill(Backend& backend) {
  for (const auto& key : keys()) {
    const Operation set{.code = OpCode::set, .nameSpace = kSpace, .key = key, .value = kValue};
    expectHit(backend.perform(set, backend.in(1s)).status == Status::ok);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const auto options = parse(count, arguments);
  HostServices services;
  const auto lru_plugin = PluginLibrary::load(LARDER_LRU_PLUGIN);
  const auto openLru = [&](const char* name) { return Backend::open(lru_plugin, name, {}, services); };
  const std::shared_ptr<Backend> lru = openLru("lru");
  fill(*lru);
  Cache lru_cache(lru, {});

  std::vector<Pair> pairs;
  const double seconds = options.seconds;
  pairs.push_back({"perform / raw, lru, 1 thread",
                   [&] { return rawBlocking(*lru, 1, seconds); },
                   [&] { return performing(*lru, 1, seconds); },
                   {},
                   {},
                   {}});

  std::shared_ptr<Backend> redis;
  std::shared_ptr<Backend> tiers;
  std::unique_ptr<Cache> redis_cache;
  std::unique_ptr<Cache> tiers_cache;
  if (!options.redis.empty()) {
    const auto plugin = PluginLibrary::load(LARDER_REDIS_PLUGIN);
    const auto openRedis = [&] {
      return Backend::open(plugin, "redis", {{"url", {options.redis}}}, services);
    };
    redis = openRedis();
    fill(*redis);
    for (const std::size_t slots : {64U, 256U})
      pairs.push_back({"start / raw by callback, redis, " + std::to_string(slots) + " outstanding",
                       [&, slots] { return outstanding<RawSlot>(*redis, slots, seconds); },
                       [&, slots] { return outstanding<StartSlot>(*redis, slots, seconds); },
                       {},
                       {},
                       {}});
    for (const std::size_t threads : {1U, 8U, 64U, 256U})
      pairs.push_back({"perform / raw blocking, redis, " + std::to_string(threads) + " callers",
                       [&, threads] { return rawBlocking(*redis, threads, seconds); },
                       [&, threads] { return performing(*redis, threads, seconds); },
                       {},
                       {},
                       {}});
    tiers = openTiers("tiers", openLru("l1"), openRedis(), {}, services);
    tiers_cache = std::make_unique<Cache>(tiers, CacheOptions{});
    for (const std::size_t threads : {1U, 8U, 64U})
      pairs.push_back({"hit, tiers / lru, " + std::to_string(threads) + " callers",
                       [&, threads] { return hits(lru_cache, threads, seconds); },
                       [&, threads] { return hits(*tiers_cache, threads, seconds); },
                       {},
                       {},
                       {}});
    redis_cache = std::make_unique<Cache>(redis, CacheOptions{});
  }

  std::erase_if(pairs, [&](const Pair& pair) { return pair.name.find(options.only) == std::string::npos; });
  for (int pass = 0; pass < options.passes; ++pass)
    for (auto& pair : pairs) {
      pair.baseRates.push_back(pair.base());
      pair.rates.push_back(pair.measured());
      pair.ratios.push_back(pair.rates.back() / pair.baseRates.back());
    }

  std::printf("%-50s %10s %10s %6s %8s\n", "thousand operations a second, medians", "right of /", "left of /",
              "ratio", "max/min");
  for (const auto& pair : pairs) print(pair);
  if (redis_cache != nullptr && options.memorySeconds > 0) measureMemory(*redis_cache, options.memorySeconds);
  return 0;
}
