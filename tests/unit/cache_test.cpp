// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <larder/cache.hpp>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "manual_executor.hpp"
#include "open_backend.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using Storing = CacheResult::Storing;

namespace {

class CacheEngine : public ::testing::Test {
 protected:
  CacheRequest request(Compute compute, std::vector<std::string> tags = {}, std::string_view key = "k") {
    return {.nameSpace = "test",
            .key = KeyBuilder().field(key).build(),
            .expire = 30s,
            .tags = std::move(tags),
            .compute = std::move(compute)};
  }
  Compute counted(std::string value = "v") {
    return [this, value] {
      ++computations_;
      return Computed{.payload = value};
    };
  }

  conformance::ManualServices services_;
  std::atomic<int> computations_{0};
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
};

class FullExecutor final : public Executor {
 public:
  bool post(Task) override { return false; }
  void postAfter(std::chrono::milliseconds, Task) override {}
};

}  // namespace

TEST_F(CacheEngine, ComputesOnceAndServesFromTheCacheUntilItExpires) {
  const auto first = cache_.getOrCompute(request(counted()));
  services_.advance(29s);
  const auto second = cache_.getOrCompute(request(counted()));
  services_.advance(1s);
  const auto third = cache_.getOrCompute(request(counted()));

  EXPECT_EQ(first.source, Source::computed);
  EXPECT_EQ(first.storing, Storing::stored);
  EXPECT_EQ(second.source, Source::hit);
  EXPECT_EQ(second.payload.bytes(), "v");
  EXPECT_EQ(second.age, 29s);
  EXPECT_EQ(second.ttl, 1s);
  EXPECT_EQ(third.source, Source::computed);
  EXPECT_EQ(computations_, 2);
}

TEST_F(CacheEngine, ComputesOnceForTwentyConcurrentCallers) {
  std::latch all_in(20);
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  for (int i = 0; i < 20; ++i)
    callers.emplace_back([&] {
      all_in.arrive_and_wait();
      const auto result = cache_.getOrCompute(request([&] {
        ++computations_;
        EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 19; }));
        return Computed{.payload = "once"};
      }));
      if (result.payload.bytes() == "once") ++right;
    });
  for (auto& caller : callers) caller.join();

  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(right, 20);
}

TEST_F(CacheEngine, FollowersOccupyNoThread) {
  ManualExecutor executor;
  std::vector<Source> sources;
  for (int i = 0; i < 3; ++i)
    cache_.getOrCompute(request(counted()), executor,
                        [&sources](CacheResult result) { sources.push_back(result.source); });

  EXPECT_EQ(executor.waiting(), 1u);
  executor.runAll();

  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(sources, (std::vector{Source::shared, Source::shared, Source::computed}));
}

TEST_F(CacheEngine, PromotesAFollowerWhenTheLeaderFails) {
  ManualExecutor executor;
  std::vector<Source> sources;
  const auto collect = [&sources](CacheResult result) { sources.push_back(result.source); };
  cache_.getOrCompute(request([]() -> Computed { throw std::runtime_error("down"); }), executor, collect);
  cache_.getOrCompute(request(counted()), executor, collect);
  cache_.getOrCompute(request(counted()), executor, collect);

  executor.runAll();

  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(sources, (std::vector{Source::failed, Source::shared, Source::computed}));
}

TEST_F(CacheEngine, AFollowerThatWaitsTooLongComputesTheValueItself) {
  ManualExecutor leaders;
  ManualExecutor followers;
  std::vector<std::string> answers;
  cache_.getOrCompute(request(counted("slow")), leaders,
                      [&](CacheResult result) { answers.emplace_back(result.payload.bytes()); });
  cache_.getOrCompute(request(counted("own")), followers,
                      [&](CacheResult result) { answers.emplace_back(result.payload.bytes()); });

  services_.advance(6s);
  ASSERT_TRUE(tests::eventually([&] { return followers.waiting() == 1; }));
  followers.runAll();

  EXPECT_EQ(answers, std::vector<std::string>{"own"});
  leaders.runAll();
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(CacheEngine, UncacheableResultIsNotShared) {
  ManualExecutor executor;
  int computations = 0;
  std::vector<std::string> answers;
  for (int i = 0; i < 3; ++i)
    cache_.getOrCompute(request([&computations] {
                          return Computed{.payload = std::to_string(++computations), .cacheable = false};
                        }),
                        executor, [&](CacheResult result) { answers.emplace_back(result.payload.bytes()); });

  executor.runAll();

  EXPECT_EQ(answers, (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(CacheEngine, AfterAnUncacheableResultCallersBypassSingleFlight) {
  ManualExecutor executor;
  const auto drop = [](CacheResult) {};
  cache_.getOrCompute(request([] { return Computed{.payload = "", .cacheable = false}; }), executor, drop);
  executor.runAll();

  cache_.getOrCompute(request(counted()), executor, drop);
  cache_.getOrCompute(request(counted()), executor, drop);

  EXPECT_EQ(executor.waiting(), 2u);
  executor.runAll();
}

TEST_F(CacheEngine, ExceptionOfTheComputationReachesTheCaller) {
  EXPECT_THROW(cache_.getOrCompute(request([]() -> Computed { throw std::out_of_range("x"); })),
               std::out_of_range);
}

TEST_F(CacheEngine, FullExecutorIsReportedAsOverload) {
  FullExecutor executor;
  std::exception_ptr error;
  cache_.getOrCompute(request(counted()), executor, [&error](CacheResult result) { error = result.error; });

  EXPECT_THROW(std::rethrow_exception(error), Overloaded);
}

TEST_F(CacheEngine, InvalidatedTagMakesItsEntriesStale) {
  cache_.getOrCompute(request(counted(), {"users", "user:1"}));

  ASSERT_EQ(cache_.invalidate(std::vector<std::string>{"user:1"}), Status::ok);

  EXPECT_EQ(cache_.getOrCompute(request(counted(), {"users", "user:1"})).source, Source::computed);
  EXPECT_EQ(cache_.getOrCompute(request(counted(), {"users", "user:1"})).source, Source::hit);
}

TEST_F(CacheEngine, TagsWorkOnABackendWithoutConditions) {
  Cache cache(openBackend(LARDER_PLAIN_PLUGIN, services_), {});
  const std::string tag = "t";
  cache.getOrCompute(request(counted(), {tag}));
  EXPECT_EQ(cache.getOrCompute(request(counted(), {tag})).source, Source::hit);

  ASSERT_EQ(cache.invalidate(std::span(&tag, 1)), Status::ok);

  EXPECT_EQ(cache.getOrCompute(request(counted(), {tag})).source, Source::computed);
}

TEST_F(CacheEngine, InvalidatedTagDoesNotAffectOtherEntries) {
  cache_.getOrCompute(request(counted(), {"users"}));

  cache_.invalidate(std::vector<std::string>{"user"});

  EXPECT_EQ(cache_.getOrCompute(request(counted(), {"users"})).source, Source::hit);
}

TEST_F(CacheEngine, EntryComputedWhileItsTagWasInvalidatedIsNotServed) {
  const std::vector<std::string> tags{"users"};
  cache_.getOrCompute(request(
      [&] {
        cache_.invalidate(tags);
        return Computed{.payload = "old"};
      },
      tags));

  EXPECT_EQ(cache_.getOrCompute(request(counted("new"), tags)).payload.bytes(), "new");
}

TEST_F(CacheEngine, CallerAfterAnInvalidationDoesNotJoinAnEarlierComputation) {
  ManualExecutor executor;
  std::vector<std::string> answers;
  const auto collect = [&](CacheResult result) { answers.emplace_back(result.payload.bytes()); };
  const std::vector<std::string> tags{"users"};
  cache_.getOrCompute(request(counted("before"), tags), executor, collect);

  cache_.invalidate(tags);
  cache_.getOrCompute(request(counted("after"), tags), executor, collect);
  executor.runAll();

  EXPECT_EQ(answers, (std::vector<std::string>{"before", "after"}));
}

TEST_F(CacheEngine, LostStampNeverRevivesEntries) {
  const std::vector<std::string> tags{"users"};
  cache_.getOrCompute(request(counted("old"), tags));
  cache_.clear("tags");  // the namespace of the stamps: the store lost them all

  EXPECT_EQ(cache_.getOrCompute(request(counted("new"), tags)).payload.bytes(), "new");
}

TEST_F(CacheEngine, ErasedEntryIsRecomputed) {
  cache_.getOrCompute(request(counted()));

  ASSERT_EQ(cache_.erase("test", KeyBuilder().field("k").build()), Status::ok);

  EXPECT_EQ(cache_.getOrCompute(request(counted())).source, Source::computed);
}

TEST_F(CacheEngine, EntryErasedWhileItWasComputedIsNotStored) {
  cache_.getOrCompute(request([&] {
    cache_.erase("test", KeyBuilder().field("k").build());
    return Computed{.payload = "old"};
  }));

  EXPECT_EQ(cache_.getOrCompute(request(counted())).source, Source::computed);
}

TEST_F(CacheEngine, ClearEmptiesOneNamespaceOnly) {
  cache_.getOrCompute(request(counted()));
  auto other = request(counted());
  other.nameSpace = "testing";
  cache_.getOrCompute(other);

  ASSERT_EQ(cache_.clear("test"), Status::ok);

  EXPECT_EQ(cache_.getOrCompute(request(counted())).source, Source::computed);
  EXPECT_EQ(cache_.getOrCompute(other).source, Source::hit);
}

TEST_F(CacheEngine, ValueOverTheCapIsReturnedButNotStored) {
  const auto result = cache_.getOrCompute(request(counted(std::string((1 << 20) + 1, 'x'))));

  EXPECT_EQ(result.storing, Storing::tooLarge);
  EXPECT_EQ(cache_.getOrCompute(request(counted())).source, Source::computed);
}

TEST_F(CacheEngine, CorruptedEntryIsAMissAndOverwritten) {
  const auto key = KeyBuilder().field("k").build();
  for (const std::string_view bad :
       {"", "x", "\x01garbage of a length that is more than any header has ....."}) {
    cache_.backend().perform(
        {.code = OpCode::set, .nameSpace = "larder:test", .key = key.stored(), .value = bad, .ttl = 30s},
        cache_.backend().in(1s));

    EXPECT_EQ(cache_.getOrCompute(request(counted())).source, Source::computed);
    EXPECT_EQ(cache_.getOrCompute(request(counted())).source, Source::hit);
  }
}

TEST_F(CacheEngine, ComputationMayShortenTheTimeToLiveButNotProlongIt) {
  const auto living = [this](std::chrono::milliseconds wanted) {
    auto wanting = request([wanted] { return Computed{.payload = "v", .expire = wanted}; }, {}, "short");
    cache_.erase("test", wanting.key);
    return cache_.getOrCompute(std::move(wanting)).ttl;
  };

  EXPECT_EQ(living(5s), 5s);
  EXPECT_EQ(living(60s), 30s);
  EXPECT_EQ(living(-1s), 1ms);
  EXPECT_EQ(living(5s), 5s);
  EXPECT_EQ(cache_.getOrCompute(request(counted(), {}, "short")).ttl, 5s);
}

TEST_F(CacheEngine, FindComputesNothing) {
  EXPECT_FALSE(cache_.find(request(counted())));
  cache_.getOrCompute(request(counted()));

  const auto found = cache_.find(request(counted()));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->payload.bytes(), "v");
  EXPECT_EQ(computations_, 1);
}

TEST(CacheOnASilentBackend, AnswersFromTheComputation) {
  HostServices services;
  Cache cache(openBackend(LARDER_SILENT_PLUGIN, services), {.operationTimeout = 10ms});

  const auto result = cache.getOrCompute({.nameSpace = "test",
                                          .key = KeyBuilder().field("k").build(),
                                          .expire = 30s,
                                          .tags = {"users"},
                                          .compute = [] { return Computed{.payload = "v"}; }});

  EXPECT_EQ(result.source, Source::computed);
  EXPECT_EQ(result.payload.bytes(), "v");
  EXPECT_EQ(result.storing, Storing::backendFailed);
  EXPECT_EQ(cache.invalidate(std::vector<std::string>{"users"}), Status::deadline);
}
