// SPDX-License-Identifier: Apache-2.0
//
// Invalidations beside look-ups and computations that are under way, on each of our backends: whoever asks
// after an invalidation returned gets nothing from before it.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "servers/memcached_server.hpp"
#include "servers/redis_server.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// A backend with the server it talks to, if it has one.
struct Opened {
  std::shared_ptr<void> server;
  std::shared_ptr<Backend> backend;
};

Opened openLru(HostServices& services) {
  return {nullptr, Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "race", {}, services)};
}

template <class Server>
Opened openWithServer(HostServices& services, const char* plugin, const char* option) {
  auto server = std::make_shared<Server>();
  std::shared_ptr<Backend> backend =
      Backend::open(PluginLibrary::load(plugin), "race", {{option, {server->url()}}}, services);
  while (backend->perform({.code = OpCode::ping}, backend->in(1s)).status != Status::ok)
    std::this_thread::sleep_for(10ms);
  return {server, backend};
}

struct Kind {
  std::string name;
  std::function<Opened(HostServices&)> open;
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

const Kind kKinds[] = {
    {"lru", openLru},
    {"redis",
     [](HostServices& services) {
       return openWithServer<servers::RedisServer>(services, LARDER_REDIS_PLUGIN, "url");
     }},
    {"memcached",
     [](HostServices& services) {
       return openWithServer<servers::MemcachedServer>(services, LARDER_MEMCACHED_PLUGIN, "servers");
     }},
};

class InvalidationRace : public ::testing::TestWithParam<Kind> {
 protected:
  // The value is the version of the truth that the computation saw.
  int get() {
    const auto result = cache_.getOrCompute(
        {.nameSpace = "race", .key = key_, .expire = 1h, .tags = tags_, .compute = [this] {
           ++begun_;
           auto seen = std::to_string(truth_.load());
           std::this_thread::yield();  // time for the truth to change
           return Computed{.payload = std::move(seen)};
         }});
    return std::stoi(std::string(result.payload.bytes()));
  }

  void read() {
    while (!over_) {
      const int least = invalidated_;
      if (get() < least) ++stale_;
    }
  }

  Status invalidate(int round) {
    switch (round % 3) {
      case 0: return cache_.invalidate(tags_);
      case 1: return cache_.erase("race", key_);
      default: return cache_.clear("race");
    }
  }

  const std::vector<std::string> tags_{"t"};
  const Key key_ = KeyBuilder().field("k").build();
  HostServices services_;
  Opened opened_ = GetParam().open(services_);
  Cache cache_{opened_.backend, {.operationTimeout = 20s}};
  std::atomic<int> truth_{0};
  std::atomic<int> invalidated_{0};
  std::atomic<int> stale_{0};
  std::atomic<int> begun_{0};  // computations
  std::atomic<bool> over_{false};
};

}  // namespace

TEST_P(InvalidationRace, NothingFromBeforeAnInvalidationIsServedAfterIt) {
  constexpr int rounds = 10'000;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back([this] { read(); });

  int failures = 0;
  int begun = 0;
  for (int round = 1; round <= rounds; ++round) {
    while (begun_ == begun) std::this_thread::yield();  // so that the invalidation meets a computation
    begun = begun_;
    truth_ = round;
    if (invalidate(round) != Status::ok) ++failures;
    invalidated_ = round;
  }
  over_ = true;
  for (auto& reader : readers) reader.join();

  EXPECT_EQ(stale_, 0);
  EXPECT_EQ(failures, 0);
}

INSTANTIATE_TEST_SUITE_P(Backends, InvalidationRace, ::testing::ValuesIn(kKinds),
                         [](const auto& kind) { return kind.param.name; });
