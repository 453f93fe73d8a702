// SPDX-License-Identifier: Apache-2.0
//
// Measures one Redis client with blocking callers: prints operations per second on 1000 stored keys.
//
//     larder_bench_redis CLIENT HOST:PORT CALLERS BYTES READS SECONDS
//
// CLIENT is larder (the plugin) or hiredis (a connection per thread); READS is the percentage of operations
// that read.
#include "../client_load.hpp"

#include <hiredis/hiredis.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

namespace larder::redis_bench {

using namespace bench;

namespace {

using std::chrono::steady_clock;

struct Settings {
  std::string client;
  std::string host;
  std::string port;
  Load load;
};

Contender connectionPerThread(const Settings& settings) {
  return [&settings, value = std::string(settings.load.bytes, 'v')] {
    const std::shared_ptr<redisContext> context(
        redisConnectWithTimeout(settings.host.c_str(), std::stoi(settings.port), {kPatience.count(), 0}),
        redisFree);
    require(context != nullptr && context->err == 0, "hiredis: no connection");
    return [context, &value](unsigned key, bool write) {
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
  if (settings.client == "larder") {
    const auto url = "redis://" + settings.host + ":" + settings.port;
    return plugin(openPlugin(LARDER_REDIS_PLUGIN, "url", url), settings.load.bytes, Misses::fail);
  }
  if (settings.client == "hiredis") return connectionPerThread(settings);
  throw std::runtime_error(settings.client + ": no such client");
}

double measure(const Settings& settings) {
  steady_clock::time_point begin;
  const auto operations =
      runCallers(contenderOf(settings), settings.load, [&begin] { begin = steady_clock::now(); });
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
  settings.load = loadOf(&arguments[3]);
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
