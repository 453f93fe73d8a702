// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENGINE_OUR_BACKENDS_HPP
#define LARDER_ENGINE_OUR_BACKENDS_HPP

#include <larder/backend.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <thread>

#include "servers/memcached_server.hpp"
#include "servers/redis_server.hpp"

namespace larder::tests {

/// A backend with the server it talks to, if it has one.
struct Opened {
  std::shared_ptr<void> server;
  std::shared_ptr<Backend> backend;
};

inline Opened openLru(HostServices& services) {
  return {nullptr, Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "test", {}, services)};
}

template <class Server>
Opened openWithServer(HostServices& services, const char* plugin, const char* option) {
  auto server = std::make_shared<Server>();
  std::shared_ptr<Backend> backend =
      Backend::open(PluginLibrary::load(plugin), "test", {{option, {server->url()}}}, services);
  while (backend->perform({.code = OpCode::ping}, backend->in(std::chrono::seconds(1))).status != Status::ok)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return {server, backend};
}

struct Kind {
  std::string name;
  std::function<Opened(HostServices&)> open;
};
inline void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }
inline std::string nameOf(const ::testing::TestParamInfo<Kind>& kind) { return kind.param.name; }

/// lru, redis and memcached
inline auto ourBackends() {
  const auto redis = [](HostServices& services) {
    return openWithServer<servers::RedisServer>(services, LARDER_REDIS_PLUGIN, "url");
  };
  const auto memcached = [](HostServices& services) {
    return openWithServer<servers::MemcachedServer>(services, LARDER_MEMCACHED_PLUGIN, "servers");
  };
  return ::testing::Values(Kind{"lru", openLru}, Kind{"redis", redis}, Kind{"memcached", memcached});
}

}  // namespace larder::tests

#endif
