// SPDX-License-Identifier: Apache-2.0
//
// Two hosts on one real store, under load: a read that begins after a change was acknowledged, on either
// host, returns nothing older. Values are numbers that only grow, so a read is wrong if it returns less than
// the number acknowledged when it began, or more than the highest number written when it ended.
// LARDER_FRESHNESS_READS sets the length of the run, LARDER_FRESHNESS_SEED its seed.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/our_backends.hpp"
#include "servers/redis_cluster.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kKeys = 6;  // keys with an even number have a tag

std::uint32_t fromEnvironment(const char* name, std::uint32_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

class Freshness : public ::testing::TestWithParam<tests::Kind> {
 protected:
  using Random = std::minstd_rand;

  struct Truth {
    std::atomic<std::uint64_t> now{0};
    std::atomic<std::uint64_t> acknowledged{0};
  };

  static bool isTagged(std::size_t key) { return key % 2 == 0; }
  static std::string tagOf(std::size_t key) { return "t" + std::to_string(key); }
  static Key keyOf(std::size_t key) { return KeyBuilder().field(std::to_string(key)).build(); }
  // Varies how the threads interleave.
  static void dawdle(Random& random) {
    if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
  }
  static void acknowledge(Truth& truth, std::uint64_t value) {
    auto known = truth.acknowledged.load();
    while (known < value && !truth.acknowledged.compare_exchange_weak(known, value)) {
    }
  }

  void read(Cache& host, Random& random) {
    const std::size_t key = random() % kKeys;
    auto& truth = truths_[key];
    CacheRequest request{.nameSpace = "fresh", .key = keyOf(key), .expire = 1h, .compute = [&] {
                           ++computations_;
                           auto seen = std::to_string(truth.now.load());
                           dawdle(random);
                           return Computed{.payload = std::move(seen)};
                         }};
    if (isTagged(key)) request.tags = {tagOf(key)};
    const auto least = truth.acknowledged.load();
    const auto result = host.getOrCompute(std::move(request));
    const auto got = std::stoull(std::string(result.payload.bytes()));
    if (got < least || got > truth.now.load()) ++wrong_[key];
  }

  // Changes the truth first, then invalidates or writes. set() excludes all other changes, which could make
  // its value outdated before it is stored.
  void change(Cache& host, Random& random) {
    const std::size_t key = random() % kKeys;
    if (setsValues_ && random() % 8 == 0) {
      const std::lock_guard alone(changing_);
      const auto value = ++truths_[key].now;
      CacheRequest request{.nameSpace = "fresh", .key = keyOf(key), .expire = 1h};
      if (isTagged(key)) request.tags = {tagOf(key)};
      if (host.set(std::move(request), std::to_string(value)) == Status::ok) acknowledge(truths_[key], value);
      return;
    }
    const std::shared_lock beside_others(changing_);
    std::array<std::uint64_t, kKeys> covered;
    ++truths_[key].now;
    for (std::size_t i = 0; i < kKeys; ++i) covered[i] = truths_[i].now;
    const auto way = random() % 8;
    if (way == 0) {
      if (host.clear("fresh") != Status::ok) return;
      for (std::size_t i = 0; i < kKeys; ++i) acknowledge(truths_[i], covered[i]);
    } else if (isTagged(key) && way < 5) {
      const std::vector<std::string> tags{tagOf(key)};
      if (host.invalidate(tags) == Status::ok) acknowledge(truths_[key], covered[key]);
    } else {
      if (host.erase("fresh", keyOf(key)) == Status::ok) acknowledge(truths_[key], covered[key]);
    }
  }

  // Evicts an entry or a tag's stamp, like a store that is short of memory.
  void evict(Random& random) {
    const std::size_t key = random() % kKeys;
    const auto tag = KeyBuilder().field(tagOf(key)).build();
    const auto entry = keyOf(key);
    Operation erase{.code = OpCode::erase, .nameSpace = "larder:fresh", .key = entry.stored()};
    if (random() % 2 == 0) {
      erase.nameSpace = "larder:tags";
      erase.key = tag.stored();
    }
    opened_.backend->perform(erase, opened_.backend->in(20s));
  }

  void makeHosts(std::chrono::milliseconds timeout) {
    for (std::size_t i = 0; i < hosts_.size(); ++i)
      hosts_[i] =
          std::make_unique<Cache>(backends_[i], CacheOptions{.operationTimeout = timeout, .flightWait = 60s});
  }

  // Runs readers and writers on both hosts until `reads` reads are done. Until then, calls `disturb`
  // repeatedly with the number of the round.
  void runHosts(std::uint32_t reads, const std::function<void(std::uint32_t)>& disturb = {}) {
    const auto seed = fromEnvironment("LARDER_FRESHNESS_SEED", 1);
    left_ = reads;
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        Random random(seed * 1000 + i);
        while (left_-- > 0) read(*hosts_[i % 2], random);
      });
    for (std::uint32_t i = 0; i < 2; ++i)
      threads.emplace_back([&, i] {
        Random random(seed * 1000 + 100 + i);
        while (left_ > 0) {
          change(*hosts_[i % 2], random);
          if (random() % 16 == 0) evict(random);
          dawdle(random);
        }
      });
    for (std::uint32_t round = 0; disturb && left_ > 0; ++round) disturb(round);
    for (auto& thread : threads) thread.join();

    for (std::size_t key = 0; key < kKeys; ++key)
      EXPECT_EQ(wrong_[key], 0) << "key " << key << (isTagged(key) ? ", tagged" : "") << ", seed " << seed;
    EXPECT_GT(computations_, 0);
  }

  // Waits until both hosts together have counted one more, or the last read has begun.
  bool grows(std::uint64_t (*counted)(const CacheCounters&)) const {
    const auto total = [&] { return counted(hosts_[0]->counters()) + counted(hosts_[1]->counters()); };
    return tests::eventually([&, before = total()] { return left_ <= 0 || total() > before; });
  }

  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  std::array<std::shared_ptr<Backend>, 2> backends_{opened_.backend,
                                                    GetParam().openAgain(opened_, services_)};
  std::array<std::unique_ptr<Cache>, 2> hosts_;
  bool setsValues_ = true;
  int swaps_ = 0;
  std::array<Truth, kKeys> truths_;
  std::shared_mutex changing_;
  std::array<std::atomic<int>, kKeys> wrong_{};
  std::atomic<std::int64_t> left_{0};
  std::atomic<std::int64_t> computations_{0};
};

}  // namespace

TEST_P(Freshness, AnAcknowledgedChangeIsSeenByEveryLaterReadOnAnyHost) {
  makeHosts(20s);

  runHosts(fromEnvironment("LARDER_FRESHNESS_READS", 4000));

  EXPECT_GT(hosts_[0]->counters().hits + hosts_[1]->counters().hits, 0u)
      << "without hits the test proves little";
}

// Writes no values with set(): a write that timed out may still arrive, even after the next change.
TEST_P(Freshness, HoldsWhileTheStoreIsBrieflyAwayAndHostsSwapTheirBackends) {
  makeHosts(200ms);
  setsValues_ = false;

  runHosts(fromEnvironment("LARDER_FRESHNESS_READS", 4000), [this](std::uint32_t round) {
    opened_.server->pause();
    EXPECT_TRUE(grows([](const CacheCounters& each) {
      return each.readFailures + each.writeFailures + each.invalidationFailures;
    }));
    opened_.server->resume();
    try {
      hosts_[round % 2]->replaceBackend(GetParam().openAgain(opened_, services_));
      ++swaps_;
    } catch (
        const std::runtime_error&) {  // the store is not back yet, or the previous backend is still in use
    }
  });

  EXPECT_GT(swaps_, 0);
}

// Three masters, of which the test pauses the first.
static tests::Kind redisCluster() {
  const auto open = [](const std::string& url, HostServices& services) {
    return tests::openStore(LARDER_REDIS_PLUGIN, {{"url", {url}}}, services);
  };
  return {"redis_cluster",
          [open](HostServices& services) {
            auto cluster = std::make_shared<servers::RedisCluster>(servers::RedisCluster::Size{.masters = 3});
            const std::shared_ptr<servers::Server> first(cluster, &cluster->node(0));
            return tests::Opened{first, cluster->url(), open(cluster->url(), services)};
          },
          [open](const tests::Opened& first, HostServices& services) { return open(first.url, services); }};
}

INSTANTIATE_TEST_SUITE_P(Stores, Freshness,
                         ::testing::Values(tests::redis(), tests::memcached(), redisCluster()),
                         tests::nameOf);
