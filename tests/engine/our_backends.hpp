// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENGINE_OUR_BACKENDS_HPP
#define LARDER_ENGINE_OUR_BACKENDS_HPP

#include <larder/backend.hpp>
#include <larder/tiers.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "servers/memcached_server.hpp"
#include "servers/redis_server.hpp"
#include "waiting/eventually.hpp"

namespace larder::tests {

/// A backend and its server, if it has one.
struct Opened {
  std::shared_ptr<servers::Server> server;
  std::string url;  ///< URL of the server, as the plugin's option takes it
  std::shared_ptr<Backend> backend;
};

inline std::unique_ptr<Backend> openLru(HostServices& services) {
  return Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services);
}

/// Opens the backend of a store and waits until the store answers.
inline std::unique_ptr<Backend> openStore(const char* plugin, const BackendSettings& settings,
                                          HostServices& services, std::string name = "store") {
  auto backend = Backend::open(PluginLibrary::load(plugin), std::move(name), settings, services);
  const auto answers = [&backend] {
    return backend->perform({.code = OpCode::ping}, backend->in(std::chrono::seconds(1))).status ==
           Status::ok;
  };
  if (!eventually(answers)) throw std::runtime_error(std::string(plugin) + ": its store does not answer");
  return backend;
}

struct Kind {
  std::string name;
  /// Opens a backend with its own server.
  std::function<Opened(HostServices&)> open;
  /// Opens a backend on the same store for another host. Null if hosts cannot share the store.
  std::function<std::unique_ptr<Backend>(const Opened&, HostServices&)> openAgain;
};
inline void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }
inline std::string nameOf(const ::testing::TestParamInfo<Kind>& kind) { return kind.param.name; }

template <class Server>
Kind shared(const char* name, const char* plugin, const char* option, bool tiered) {
  const auto open = [=](const std::string& url, HostServices& services) -> std::unique_ptr<Backend> {
    auto store = openStore(plugin, {{option, {url}}}, services);
    if (!tiered) return store;
    return openTiers("tiers", openLru(services), std::move(store), {}, services);
  };
  return {name,
          [open](HostServices& services) {
            auto server = std::make_shared<Server>();
            return Opened{server, server->url(), open(server->url(), services)};
          },
          [open](const Opened& first, HostServices& services) { return open(first.url, services); }};
}

inline Kind redis(const char* name = "redis", bool tiered = false) {
  return shared<servers::RedisServer>(name, LARDER_REDIS_PLUGIN, "url", tiered);
}
inline Kind memcached(const char* name = "memcached", bool tiered = false) {
  return shared<servers::MemcachedServer>(name, LARDER_MEMCACHED_PLUGIN, "servers", tiered);
}

/// Returns the backends that hosts can share.
inline auto sharedBackends() {
  return ::testing::Values(redis(), memcached(), redis("lru_over_redis", true),
                           memcached("lru_over_memcached", true));
}

/// Returns each built-in plugin, and lru in front of each store.
inline auto ourBackends() {
  const Kind lru{"lru", [](HostServices& services) { return Opened{nullptr, {}, openLru(services)}; }, {}};
  return ::testing::Values(lru, redis(), memcached(), redis("lru_over_redis", true),
                           memcached("lru_over_memcached", true));
}

}  // namespace larder::tests

#endif
