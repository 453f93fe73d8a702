// SPDX-License-Identifier: Apache-2.0
//
// The memcached plugin beside libmemcached, in turns on one server: blocking callers, 90 of 100 operations
// are reads, 1000 keys. libmemcached once with a handle for each thread, once with a pool of eight.
//
//     larder_bench_memcached [--server=HOST:PORT] [--passes=N] [--seconds=S] [--bytes=N] [--callers=N,N,...]
//                            [--plugin=FILE ...]
#include <larder/backend.hpp>
#include <larder/plugin_library.hpp>

#include <libmemcached/memcached.h>
#include <libmemcached/util.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using std::chrono::steady_clock;

constexpr unsigned kKeys = 1000;
constexpr unsigned kWriteOneIn = 10;

struct Settings {
  std::string server = "127.0.0.1:11211";
  int passes = 5;
  double seconds = 1;
  std::size_t bytes = 100;
  std::vector<unsigned> callers{1, 8, 64, 256};
  std::vector<std::string> plugins;
};

/// One operation on the key of a number; throws if it fails.
using Operate = std::function<void(unsigned key, bool write)>;

struct Contender {
  std::string name;
  std::function<Operate()> forThread;
  std::vector<double> rates{};  ///< operations a second, of the passes at hand
};

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

std::string keyOf(unsigned number) { return "key" + std::to_string(number); }

// ---- Contenders ----

Contender pluginOf(const std::string& file, const Settings& settings) {
  static larder::HostServices services;
  larder::BackendSettings options{{"servers", {settings.server}}};
  std::shared_ptr<larder::Backend> backend =
      larder::Backend::open(larder::PluginLibrary::load(file), "bench", options, services);
  const auto value = std::make_shared<std::string>(settings.bytes, 'v');
  return {"plugin " + file.substr(0, 40), [backend, value] {
            return [backend, value](unsigned key, bool write) {
              const std::string name = keyOf(key);
              const auto deadline = backend->in(std::chrono::seconds(5));
              const auto status = write
                                      ? backend->set("bench", name, *value, larder::noExpiry, deadline).status
                                      : backend->get("bench", name, deadline).status;
              require(status == larder::Status::ok || status == larder::Status::miss, "the plugin failed");
            };
          }};
}

void operate(memcached_st* handle, unsigned key, bool write, const std::string& value) {
  const std::string name = keyOf(key);
  if (write) {
    const auto code = memcached_set(handle, name.data(), name.size(), value.data(), value.size(), 0, 0);
    return require(code == MEMCACHED_SUCCESS, "libmemcached: set failed");
  }
  std::size_t size = 0;
  std::uint32_t flags = 0;
  auto code = MEMCACHED_SUCCESS;
  const std::unique_ptr<char, decltype(&std::free)> found(
      memcached_get(handle, name.data(), name.size(), &size, &flags, &code), std::free);
  require(code == MEMCACHED_SUCCESS || code == MEMCACHED_NOTFOUND, "libmemcached: get failed");
}

std::string configurationOf(const Settings& settings) { return "--SERVER=" + settings.server; }

Contender handlePerThread(const Settings& settings) {
  const std::string configuration = configurationOf(settings);
  const std::string value(settings.bytes, 'v');
  return {"libmemcached, a handle per thread", [configuration, value] {
            const std::shared_ptr<memcached_st> handle(memcached(configuration.data(), configuration.size()),
                                                       memcached_free);
            memcached_behavior_set(handle.get(), MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
            return [handle, value](unsigned key, bool write) { operate(handle.get(), key, write, value); };
          }};
}

Contender poolOfEight(const Settings& settings) {
  const std::string configuration = configurationOf(settings) + " --POOL-MIN=8 --POOL-MAX=8";
  const std::string value(settings.bytes, 'v');
  const std::shared_ptr<memcached_pool_st> pool(memcached_pool(configuration.data(), configuration.size()),
                                                memcached_pool_destroy);
  memcached_pool_behavior_set(pool.get(), MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
  return {"libmemcached, a pool of 8", [pool, value] {
            return [pool, value](unsigned key, bool write) {
              const timespec longest{5, 0};
              memcached_return_t code = MEMCACHED_SUCCESS;
              auto time = longest;
              memcached_st* const handle = memcached_pool_fetch(pool.get(), &time, &code);
              require(handle != nullptr, "libmemcached: the pool is empty");
              operate(handle, key, write, value);
              memcached_pool_release(pool.get(), handle);
            };
          }};
}

// ---- Measuring ----

double rateOf(const Contender& contender, unsigned callers, double seconds) {
  std::atomic<bool> go{false};
  std::atomic<bool> stop{false};
  std::atomic<unsigned> ready{0};
  std::atomic<std::uint64_t> operations{0};
  std::vector<std::thread> threads;
  for (unsigned caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      const Operate operate = contender.forThread();
      for (unsigned i = 0; i < 2; ++i) operate(caller, i == 0);
      ++ready;
      go.wait(false);
      std::uint64_t done = 0;
      for (unsigned i = caller * 7919; !stop; ++i, ++done)
        operate(i * 2654435761U % kKeys, i % kWriteOneIn == 0);
      operations += done;
    });
  }
  while (ready < callers) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto begin = steady_clock::now();
  go = true;
  go.notify_all();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  for (auto& thread : threads) thread.join();
  return static_cast<double>(operations) / std::chrono::duration<double>(steady_clock::now() - begin).count();
}

double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

void measure(std::vector<Contender>& contenders, unsigned callers, const Settings& settings) {
  for (auto& contender : contenders) contender.rates.clear();
  for (int pass = 0; pass < settings.passes; ++pass)
    for (auto& contender : contenders)
      contender.rates.push_back(rateOf(contender, callers, settings.seconds));
  const double handles = median(contenders.back().rates);
  for (const auto& contender : contenders) {
    const double rate = median(contender.rates);
    std::printf("%7u  %-48s %9.0f op/s  %5.2f\n", callers, contender.name.c_str(), rate, rate / handles);
  }
  std::fflush(stdout);
}

std::vector<unsigned> numbersOf(const std::string& text) {
  std::vector<unsigned> numbers;
  std::istringstream stream(text);
  for (std::string number; std::getline(stream, number, ',');)
    numbers.push_back(static_cast<unsigned>(std::stoul(number)));
  return numbers;
}

Settings settingsOf(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto equals = std::min(argument.find('='), argument.size() - 1);
    const std::string name = argument.substr(0, equals);
    const std::string value = argument.substr(equals + 1);
    if (name == "--server")
      settings.server = value;
    else if (name == "--passes")
      settings.passes = std::stoi(value);
    else if (name == "--seconds")
      settings.seconds = std::stod(value);
    else if (name == "--bytes")
      settings.bytes = std::stoul(value);
    else if (name == "--callers")
      settings.callers = numbersOf(value);
    else if (name == "--plugin")
      settings.plugins.push_back(value);
    else
      throw std::runtime_error(argument + ": no such option; see the top of memcached_bench.cpp");
  }
  if (settings.plugins.empty()) settings.plugins.emplace_back(LARDER_MEMCACHED_PLUGIN);
  return settings;
}

}  // namespace

int main(int count, char** arguments) try {
  const Settings settings = settingsOf(count, arguments);
  std::vector<Contender> contenders;
  for (const auto& file : settings.plugins) contenders.push_back(pluginOf(file, settings));
  contenders.push_back(poolOfEight(settings));
  contenders.push_back(handlePerThread(settings));
  std::printf(
      "callers  contender                                             median      over a handle per "
      "thread\n");
  for (const unsigned callers : settings.callers) measure(contenders, callers, settings);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
