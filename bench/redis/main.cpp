// SPDX-License-Identifier: Apache-2.0
//
// Measures one Redis client with blocking callers: prints operations per second on 1000 stored keys.
//
//     larder_bench_redis CLIENT HOST:PORT CALLERS BYTES READS SECONDS
//
// CLIENT is larder (the plugin) or hiredis (a connection per thread); READS is the percentage of operations
// that read.
#include <larder/backend.hpp>
#include <larder/plugin_library.hpp>

#include <hiredis/hiredis.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace larder::redis_bench {
namespace {

using std::chrono::steady_clock;

constexpr unsigned kKeys = 1000;
constexpr std::chrono::seconds kPatience(5);

struct Settings {
  std::string client;
  std::string host;
  std::string port;
  unsigned callers = 0;
  std::string value;
  unsigned reads = 0;
  std::chrono::duration<double> time{};
};

/// Performs one blocking operation on the key with this number. Throws std::runtime_error on failure.
using Operate = std::function<void(unsigned key, bool write)>;

/// A client. Creates an Operate for one thread. Thread-safe.
using Contender = std::function<Operate()>;

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

Contender plugin(const Settings& settings) {
  static larder::HostServices services;
  const std::shared_ptr<larder::Backend> backend =
      larder::Backend::open(larder::PluginLibrary::load(LARDER_REDIS_PLUGIN), "bench",
                            {{"url", {"redis://" + settings.host + ":" + settings.port}}}, services);
  return [backend, &value = settings.value] {
    return [backend, &value](unsigned key, bool write) {
      const std::string name = "key" + std::to_string(key);
      larder::Operation operation;
      operation.code = write ? larder::OpCode::set : larder::OpCode::get;
      operation.nameSpace = "bench";
      operation.key = name;
      if (write) operation.value = value;
      require(backend->perform(operation, backend->in(kPatience)).status == larder::Status::ok,
              "the plugin failed");
    };
  };
}

Contender connectionPerThread(const Settings& settings) {
  return [&settings] {
    const std::shared_ptr<redisContext> context(
        redisConnectWithTimeout(settings.host.c_str(), std::stoi(settings.port), {kPatience.count(), 0}),
        redisFree);
    require(context != nullptr && context->err == 0, "hiredis: no connection");
    return [context, &value = settings.value](unsigned key, bool write) {
      const std::string name = "hiredis" + std::to_string(key);
      void* const reply = write ? redisCommand(context.get(), "SET %b %b", name.data(), name.size(),
                                               value.data(), value.size())
                                : redisCommand(context.get(), "GET %b", name.data(), name.size());
      const std::unique_ptr<void, decltype(&freeReplyObject)> owner(reply, freeReplyObject);
      require(reply != nullptr && static_cast<redisReply*>(reply)->type != REDIS_REPLY_ERROR,
              "hiredis failed");
    };
  };
}

Contender contenderOf(const Settings& settings) {
  if (settings.client == "larder") return plugin(settings);
  if (settings.client == "hiredis") return connectionPerThread(settings);
  throw std::runtime_error(settings.client + ": no such client");
}

double measure(const Settings& settings) {
  constexpr unsigned kGolden = 2654435761U;
  constexpr unsigned kBetweenCallers = 7919;
  const Contender contender = contenderOf(settings);
  const Operate store = contender();
  for (unsigned key = 0; key < kKeys; ++key) store(key, true);

  std::atomic<bool> go{false};
  std::atomic<bool> stop{false};
  std::atomic<unsigned> ready{0};
  std::atomic<std::uint64_t> operations{0};
  std::vector<std::thread> threads;
  for (unsigned caller = 0; caller < settings.callers; ++caller) {
    threads.emplace_back([&, caller] {
      const Operate operate = contender();
      operate(caller % kKeys, false);
      ++ready;
      ready.notify_one();
      go.wait(false);
      std::uint64_t done = 0;
      for (unsigned number = caller * kBetweenCallers; !stop; ++number, ++done)
        operate(number * kGolden % kKeys, number % 100 >= settings.reads);
      operations += done;
    });
  }
  for (unsigned now = ready; now < settings.callers; now = ready) ready.wait(now);
  const auto begin = steady_clock::now();
  go = true;
  go.notify_all();
  std::this_thread::sleep_for(settings.time);
  stop = true;
  for (auto& thread : threads) thread.join();
  const std::chrono::duration<double> took = steady_clock::now() - begin;
  return static_cast<double>(operations) / took.count();
}

Settings settingsOf(std::span<char*> arguments) {
  if (arguments.size() != 7)
    throw std::runtime_error("usage: larder_bench_redis CLIENT HOST:PORT CALLERS BYTES READS SECONDS");
  const std::string server = arguments[2];
  const auto colon = server.rfind(':');
  require(colon != std::string::npos, "HOST:PORT has no port");
  Settings settings;
  settings.client = arguments[1];
  settings.host = server.substr(0, colon);
  settings.port = server.substr(colon + 1);
  settings.callers = static_cast<unsigned>(std::stoul(arguments[3]));
  settings.value.assign(std::stoul(arguments[4]), 'v');
  settings.reads = static_cast<unsigned>(std::stoul(arguments[5]));
  settings.time = std::chrono::duration<double>(std::stod(arguments[6]));
  return settings;
}

}  // namespace
}  // namespace larder::redis_bench

int main(int count, char** arguments) try {
  using namespace larder::redis_bench;
  std::printf("%.0f\n", measure(settingsOf({arguments, static_cast<std::size_t>(count)})));
} catch (const std::exception& error) {
  std::fprintf(stderr, "larder_bench_redis: %s\n", error.what());
  return 1;
}
