// SPDX-License-Identifier: Apache-2.0
//
// Two hosts share three servers, which fail under load: a read returns nothing older than the last change
// acknowledged before the read began. Values are numbers that only grow, as in the freshness test.
#include "servers/memcached_server.hpp"
#include "waiting/eventually.hpp"

#include <larder/backend.hpp>
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;
using Random = std::minstd_rand;

constexpr std::size_t kKeys = 24;
constexpr std::int64_t kReadsOfAPhase = 600;

/// A key's value, and the least that readers must see of it.
struct Truth {
  std::atomic<std::uint64_t> now{0};
  std::atomic<std::uint64_t> acknowledged{0};

  void acknowledge(std::uint64_t value) {
    auto known = acknowledged.load();
    while (known < value && !acknowledged.compare_exchange_weak(known, value)) {
    }
  }
};

class OutagesUnderLoad : public ::testing::Test {
 protected:
  std::unique_ptr<Cache> openHost() {
    const BackendSettings settings{{"servers", {servers_[0].url(), servers_[1].url(), servers_[2].url()}},
                                   {"timeout", {"100ms"}},
                                   {"connect_timeout", {"100ms"}}};
    return std::make_unique<Cache>(
        Backend::open(PluginLibrary::load(LARDER_MEMCACHED_PLUGIN), "store", settings, services_),
        CacheOptions{});
  }

  static Key keyOf(std::size_t key) { return KeyBuilder().field(std::to_string(key)).build(); }
  static std::string tagOf(std::size_t key) { return "t" + std::to_string(key); }

  void read(Cache& host, std::size_t key) {
    Truth& truth = truths_[key];
    const auto least = truth.acknowledged.load();
    const auto result = host.getOrCompute(
        {.nameSpace = "load", .key = keyOf(key), .expire = 1h, .tags = {tagOf(key)}, .compute = [&truth] {
           return Computed{.payload = std::to_string(truth.now.load())};
         }});
    const auto got = std::stoull(std::string(result.payload.bytes()));
    if (got < least || got > truth.now.load()) ++wrong_;
    if (result.source == CacheResult::Source::hit) ++hits_;
    ++reads_;
  }

  void change(Cache& host, std::size_t key) {
    const auto value = ++truths_[key].now;
    const std::vector<std::string> tags{tagOf(key)};
    if (host.invalidate(tags) == Status::ok) truths_[key].acknowledge(value);
  }

  void work(std::uint32_t seed) {
    Random random(seed);
    while (!stop_) {
      const std::size_t key = random() % kKeys;
      Cache& host = *hosts_[random() % hosts_.size()];
      random() % 8 == 0 ? change(host, key) : read(host, key);
    }
  }

  /// Waits for a number of further reads. Returns true if they complete in time.
  bool awaitReads() {
    const auto until = reads_ + kReadsOfAPhase;
    return tests::eventually([&] { return reads_ >= until; }, 60s);
  }

  /// Runs the load while this thread calls `fail` and then `recover`.
  void underLoad(const std::function<void()>& fail, const std::function<void()>& recover) {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < 6; ++i) threads.emplace_back([this, i] { work(1 + i); });
    EXPECT_TRUE(awaitReads());
    fail();
    EXPECT_TRUE(awaitReads());
    recover();
    EXPECT_TRUE(awaitReads());
    stop_ = true;
    threads.clear();
  }

  /// Waits until all keys are hits again on both hosts.
  bool isCachedAgain() {
    return tests::eventually([this] {
      hits_ = 0;
      for (const auto& host : hosts_)
        for (std::size_t key = 0; key < kKeys; ++key) read(*host, key);
      return hits_ == static_cast<std::int64_t>(kKeys * hosts_.size());
    });
  }

  std::array<servers::MemcachedServer, 3> servers_;
  HostServices services_;
  std::array<std::unique_ptr<Cache>, 2> hosts_{openHost(), openHost()};
  std::array<Truth, kKeys> truths_;
  std::atomic<std::int64_t> wrong_{0};
  std::atomic<std::int64_t> hits_{0};
  std::atomic<std::int64_t> reads_{0};
  std::atomic<bool> stop_{false};
};

TEST_F(OutagesUnderLoad, NothingIsStaleWhileOneServerIsKilledAndComesBackEmpty) {
  underLoad([&] { servers_[1].stop(); }, [&] { servers_[1].start(); });

  EXPECT_EQ(wrong_, 0);
  EXPECT_TRUE(isCachedAgain());
  EXPECT_EQ(wrong_, 0);
}

TEST_F(OutagesUnderLoad, NothingIsStaleWhileOneServerHangsAndResumes) {
  underLoad([&] { servers_[1].pause(); }, [&] { servers_[1].resume(); });

  EXPECT_EQ(wrong_, 0);
  EXPECT_TRUE(isCachedAgain());
  EXPECT_EQ(wrong_, 0);
}

TEST_F(OutagesUnderLoad, NothingIsStaleWhenEveryStampIsLost) {
  const auto stopAll = [&] {
    for (auto& server : servers_) server.stop();
  };
  const auto startAll = [&] {
    for (auto& server : servers_) server.start();
  };
  underLoad(stopAll, startAll);

  EXPECT_EQ(wrong_, 0);
  EXPECT_TRUE(isCachedAgain());
  EXPECT_EQ(wrong_, 0);
}

TEST_F(OutagesUnderLoad, NothingIsStaleWhenServersRestartBetweenTwoReads) {
  const auto restartAll = [&] {
    for (auto& server : servers_) {
      server.stop();
      server.start();
    }
  };
  underLoad(restartAll, restartAll);

  EXPECT_EQ(wrong_, 0);
  EXPECT_TRUE(isCachedAgain());
  EXPECT_EQ(wrong_, 0);
}

}  // namespace
}  // namespace larder::memcached_test
