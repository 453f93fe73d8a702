// SPDX-License-Identifier: Apache-2.0
//
// getOrComputeMany on each built-in backend.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/our_backends.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using Storing = CacheResult::Storing;
using Texts = std::vector<std::string>;

namespace {

// Opens a built-in plugin in a backend that counts operations.
template <class Server>
tests::Opened openCounted(HostServices& services, const char* plugin, const char* option) {
  auto server = std::make_shared<Server>();
  return {
      server, server->url(),
      tests::openStore(LARDER_COUNTING_PLUGIN,
                       {{"wraps", {plugin}}, {"option", {option}}, {"value", {server->url()}}}, services)};
}

tests::Opened openCountedLru(HostServices& services) {
  return {nullptr,
          {},
          Backend::open(PluginLibrary::load(LARDER_COUNTING_PLUGIN), "test", {{"wraps", {LARDER_LRU_PLUGIN}}},
                        services)};
}

class ManyKeys : public ::testing::TestWithParam<tests::Kind> {
 protected:
  static Key keyOf(const std::string& name) { return KeyBuilder().field(name).build(); }

  BatchRequest wanted(const Texts& names, BatchCompute compute) const {
    BatchRequest request{.nameSpace = "many", .keys = {}, .expire = 1h, .compute = std::move(compute)};
    for (const auto& name : names) request.keys.push_back(keyOf(name));
    return request;
  }

  // Computes values made of their key and the number of the computation.
  BatchCompute counted(const Texts& names) {
    return [this, names](std::span<const std::size_t> missing) {
      const int turn = ++turns_;
      std::vector<Computed> values;
      for (const auto index : missing) {
        const std::lock_guard lock(mutex_);
        asked_.push_back(names[index]);
        values.push_back({.payload = names[index] + std::to_string(turn)});
      }
      return values;
    };
  }

  Texts get(const Texts& names) { return textsOf(cache_.getOrComputeMany(wanted(names, counted(names)))); }

  static Texts textsOf(const std::vector<CacheResult>& results) {
    Texts texts;
    for (const auto& result : results) texts.emplace_back(result.payload.bytes());
    return texts;
  }

  std::uint64_t roundTrips() const {
    return *static_cast<const std::atomic<std::uint64_t>*>(
        opened_.backend->extension("test.larder.counting/1"));
  }

  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  Cache cache_{opened_.backend, {.operationTimeout = 20s}};
  std::atomic<int> turns_{0};
  std::mutex mutex_;
  Texts asked_;
};

}  // namespace

TEST_P(ManyKeys, AreComputedInOneCallAndFoundLater) {
  EXPECT_EQ(get({"a", "b", "c"}), (Texts{"a1", "b1", "c1"}));
  EXPECT_EQ(get({"a", "b", "c"}), (Texts{"a1", "b1", "c1"}));

  EXPECT_EQ(turns_, 1);
}

TEST_P(ManyKeys, AreReturnedInTheOrderOfTheRequestWhicheverWereFound) {
  get({"b", "d"});

  EXPECT_EQ(get({"a", "b", "c", "d"}), (Texts{"a2", "b1", "c2", "d1"}));
  EXPECT_EQ(get({"d", "c", "b", "a"}), (Texts{"d1", "c2", "b1", "a2"}));
  EXPECT_EQ(asked_, (Texts{"b", "d", "a", "c"})) << "only the missing keys are computed";
}

TEST_P(ManyKeys, ShareTheirEntriesWithGetOrCompute) {
  get({"a", "b"});

  const auto one = cache_.getOrCompute({.nameSpace = "many", .key = keyOf("b"), .expire = 1h, .compute = [] {
                                          return Computed{.payload = "another"};
                                        }});

  EXPECT_EQ(one.source, Source::hit);
  EXPECT_EQ(one.payload.bytes(), "b1");
}

TEST_P(ManyKeys, CostOneRoundTripPerStep) {
  if (opened_.backend->isInline()) GTEST_SKIP() << "a backend in memory makes no round trips";
  Texts names;
  for (int i = 0; i < 200; ++i) names.push_back("k" + std::to_string(i));
  const auto before = roundTrips();
  get(names);
  const auto computed = roundTrips();
  get(names);
  const auto found = roundTrips();

  EXPECT_EQ(computed - before, 3u) << "look-up, lease and store: other hosts write to this store too";
  EXPECT_EQ(found - computed, 1u);
  EXPECT_EQ(turns_, 1);
}

TEST_P(ManyKeys, WithTagsReadTheirStampsInTheSameRoundTrip) {
  if (opened_.backend->isInline()) GTEST_SKIP() << "a backend in memory makes no round trips";
  auto request = wanted({"a", "b"}, counted({"a", "b"}));
  request.tags = {"t", "u"};
  cache_.getOrComputeMany(request);
  const auto before = roundTrips();

  const auto found = cache_.getOrComputeMany(request);

  EXPECT_EQ(roundTrips() - before, 1u);
  EXPECT_EQ(found[1].source, Source::hit);
}

TEST_P(ManyKeys, AreInvalidatedByTheirTag) {
  auto request = wanted({"a", "b"}, counted({"a", "b"}));
  request.tags = {"t"};
  cache_.getOrComputeMany(request);

  ASSERT_EQ(cache_.invalidate(Texts{"t"}), Status::ok);

  EXPECT_EQ(textsOf(cache_.getOrComputeMany(request)), (Texts{"a2", "b2"}));
}

TEST_P(ManyKeys, MayHoldAKeyTwice) {
  EXPECT_EQ(get({"a", "b", "a"}), (Texts{"a1", "b1", "a1"}));
  EXPECT_EQ(asked_, (Texts{"a", "b"}));
}

TEST_P(ManyKeys, MayBeEmpty) {
  EXPECT_TRUE(get({}).empty());
  EXPECT_EQ(turns_, 0);
}

TEST_P(ManyKeys, StoreTheOthersWhenOneIsNotCacheable) {
  const auto compute = [](std::span<const std::size_t> missing) {
    std::vector<Computed> values;
    for (const auto index : missing)
      values.push_back({.payload = std::to_string(index), .cacheable = index != 1});
    return values;
  };

  const auto results = cache_.getOrComputeMany(wanted({"a", "b", "c"}, compute));

  EXPECT_EQ(textsOf(results), (Texts{"0", "1", "2"}));
  EXPECT_EQ(results[0].storing, Storing::stored);
  EXPECT_EQ(results[1].storing, Storing::notCacheable);
  EXPECT_EQ(get({"a", "b", "c"}), (Texts{"0", "b1", "2"}));
}

TEST_P(ManyKeys, PropagateTheComputationsExceptionAndReturnTheFoundValues) {
  get({"b"});
  const auto failing = wanted({"a", "b"}, [](std::span<const std::size_t>) -> std::vector<Computed> {
    throw std::runtime_error("no database");
  });

  EXPECT_THROW(cache_.getOrComputeMany(failing), std::runtime_error);

  RunLoop loop;
  std::vector<CacheResult> results;
  cache_.getOrComputeMany(failing, loop, [&](std::vector<CacheResult> finished) {
    results = std::move(finished);
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(results[0].source, Source::failed);
  EXPECT_THROW(std::rethrow_exception(results[0].error), std::runtime_error);
  EXPECT_EQ(results[1].payload.bytes(), "b1");
}

TEST_P(ManyKeys, AreAnErrorWhenAWrongNumberOfValuesIsComputed) {
  const auto wrong =
      wanted({"a", "b"}, [](std::span<const std::size_t>) { return std::vector<Computed>(1); });

  EXPECT_THROW(cache_.getOrComputeMany(wrong), std::length_error);
  EXPECT_EQ(get({"a", "b"}), (Texts{"a1", "b1"})) << "the failed call stored nothing";
}

TEST_P(ManyKeys, InFlightAreNotComputedTwice) {
  std::promise<void> begun;
  std::promise<void> end;
  auto first = std::async(std::launch::async, [&] {
    return textsOf(cache_.getOrComputeMany(wanted({"a", "b"}, [&](std::span<const std::size_t> missing) {
      begun.set_value();
      end.get_future().wait();
      return counted({"a", "b"})(missing);
    })));
  });
  begun.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return get({"b", "c"}); });
  EXPECT_TRUE(tests::eventually([this] { return turns_ > 0; })) << "the second call computes c";
  end.set_value();

  EXPECT_EQ(first.get(), (Texts{"a2", "b2"}));
  EXPECT_EQ(second.get(), (Texts{"b2", "c1"}));
  EXPECT_EQ(asked_, (Texts{"c", "a", "b"}));
}

TEST_P(ManyKeys, RequestedInOppositeOrderByTwoBatchesNeverDeadlock) {
  constexpr int rounds = 200;
  const auto run = [this](bool forwards) {
    for (int round = 0; round < rounds; ++round) {
      Texts names{std::to_string(round) + "x", std::to_string(round) + "y", std::to_string(round) + "z"};
      if (!forwards) std::reverse(names.begin(), names.end());
      get(names);
    }
  };

  std::thread other(run, false);
  run(true);
  other.join();

  EXPECT_EQ(asked_.size(), 3u * rounds) << "each key once";
}

template <class Server>
tests::Kind counted(const char* name, const char* plugin, const char* option) {
  return {name, [=](HostServices& services) { return openCounted<Server>(services, plugin, option); }, {}};
}

INSTANTIATE_TEST_SUITE_P(
    Backends, ManyKeys,
    ::testing::Values(tests::Kind{"lru", openCountedLru, {}},
                      counted<servers::RedisServer>("redis", LARDER_REDIS_PLUGIN, "url"),
                      counted<servers::MemcachedServer>("memcached", LARDER_MEMCACHED_PLUGIN, "servers")),
    tests::nameOf);
