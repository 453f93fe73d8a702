// SPDX-License-Identifier: Apache-2.0
//
// Followers whose leader's computation does not complete.
#include <larder/cache.hpp>
#include <larder/timer_wheel.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "engine/answers.hpp"
#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using tests::eventually;

namespace {

const auto kWait = CacheOptions().flightWait + TimerWheel::resolution;

class Leader : public ::testing::Test {
 protected:
  void ask(Executor& executor, Compute compute = {}) {
    if (!compute) compute = counted();
    cache_.getOrCompute({.nameSpace = "test", .key = key_, .expire = 30s, .compute = std::move(compute)},
                        executor, [this](CacheResult result) { answers_.add(result.source); });
  }
  Compute counted() {
    return [this] {
      ++computations_;
      return Computed{.payload = "v"};
    };
  }

  const Key key_ = KeyBuilder().field("k").build();
  conformance::ManualServices services_;
  ManualExecutor hanging_;  // idle until the test runs it
  ManualExecutor executor_;
  int computations_ = 0;
  tests::Answers answers_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
};

}  // namespace

TEST_F(Leader, ThatHangsIsReplacedByOneFollower) {
  ask(hanging_);
  for (int i = 0; i < 199; ++i) ask(executor_);

  services_.advance(kWait);
  ASSERT_TRUE(eventually([&] { return executor_.waiting() == 1; }));
  executor_.runAll();

  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(answers_.count(), 199u);
  const auto sources = answers_.all();
  EXPECT_EQ(std::count(sources.begin(), sources.end(), Source::shared), 198);
}

TEST_F(Leader, ThatReturnsAfterItWasReplacedAnswersItsOwnCaller) {
  ask(hanging_);
  for (int i = 0; i < 3; ++i) ask(executor_);
  services_.advance(kWait);
  ASSERT_TRUE(eventually([&] { return executor_.waiting() == 1; }));

  hanging_.runAll();

  EXPECT_EQ(answers_.all(), std::vector{Source::computed});
  executor_.runAll();
  EXPECT_EQ(computations_, 2);
  EXPECT_EQ(answers_.count(), 4u);
}

TEST_F(Leader, ThatFailsIsReplacedByOne) {
  ask(executor_, []() -> Computed { throw std::runtime_error("broken"); });
  for (int i = 0; i < 199; ++i) ask(executor_);

  executor_.runAll();

  EXPECT_EQ(computations_, 1);
  const auto sources = answers_.all();
  EXPECT_EQ(std::count(sources.begin(), sources.end(), Source::shared), 198);
}

TEST_F(Leader, ThatFailsAfterItWasReplacedPromotesNoFollower) {
  ask(hanging_, []() -> Computed { throw std::runtime_error("broken"); });
  for (int i = 0; i < 3; ++i) ask(executor_);
  services_.advance(kWait);
  ASSERT_TRUE(eventually([&] { return executor_.waiting() == 1; }));

  hanging_.runAll();
  executor_.runAll();

  EXPECT_EQ(computations_, 1);
}

TEST_F(Leader, WhoseSuccessorHangsTooFailsItsFollowersWithoutAThirdRun) {
  ask(hanging_);
  ask(hanging_);  // becomes the successor
  ManualExecutor others;
  for (int i = 0; i < 3; ++i) ask(others);
  services_.advance(kWait);
  ASSERT_TRUE(
      eventually([&] { return cache_.counters().flightTimeouts == 4; }));  // the followers wait a second time

  others.runAll();
  EXPECT_EQ(computations_, 0);
  services_.advance(kWait);
  ASSERT_TRUE(eventually([&] { return answers_.count() == 3; }));

  EXPECT_EQ(answers_.all(), (std::vector{Source::failed, Source::failed, Source::failed}));
  EXPECT_EQ(others.waiting(), 0u);
  EXPECT_EQ(computations_, 0);
}

TEST_F(Leader, ThatBypassesSingleFlightStoresNothingErasedMeanwhile) {
  ask(executor_, [] { return Computed{.payload = "", .cacheable = false}; });
  executor_.runAll();
  ask(executor_);  // bypasses single flight, since the last result was not cacheable

  cache_.erase("test", key_);
  executor_.runAll();
  ask(executor_);
  executor_.runAll();

  EXPECT_EQ(computations_, 2);
}

TEST_F(Leader, LeavesNoTimerInAnExecutorThatOutlivesTheCache) {
  auto short_lived = std::make_unique<Cache>(openBackend(LARDER_LRU_PLUGIN, services_), CacheOptions{});
  int answers = 0;
  const auto ask_it = [&] {
    short_lived->getOrCompute({.nameSpace = "test", .key = key_, .expire = 30s, .compute = counted()},
                              executor_, [&](CacheResult) {
                                if (++answers == 3) short_lived.reset();
                              });
  };
  for (int i = 0; i < 3; ++i) ask_it();

  executor_.runAll();

  EXPECT_EQ(answers, 3);
  EXPECT_EQ(short_lived, nullptr);
  EXPECT_EQ(executor_.timers(), 0u) << "a timer would access the Cache after its destruction";
}

namespace {

// Thirty concurrent callers of one key whose source is down.
class FailingLeader : public Leader {
 protected:
  void askThirty(const Compute& compute) {
    for (int i = 0; i < 30; ++i)
      cache_.getOrCompute(
          {.nameSpace = "test", .key = key_, .expire = 30s, .renewal = renewal_, .compute = compute},
          executor_, [this](CacheResult result) {
            answers_.add(result.source);
            payloads_.emplace_back(result.payload.bytes());
            if (result.error == nullptr) return;
            try {
              std::rethrow_exception(result.error);
            } catch (const ComputationFailed& failed) {
              statuses_.push_back(failed.status());
            } catch (const std::runtime_error& error) {
              texts_.emplace_back(error.what());
            }
          });
    executor_.runAll();
  }
  Compute throwing() {
    return [this]() -> Computed {
      ++computations_;
      throw std::runtime_error("down");
    };
  }
  Compute failing() {
    return [this] {
      return Computed{.payload = "for run " + std::to_string(++computations_) + " alone",
                      .cacheable = false,
                      .failed = true,
                      .status = 503};
    };
  }

  Renewal renewal_;
  std::vector<std::string> payloads_;
  std::vector<int> statuses_;
  std::vector<std::string> texts_;
};

}  // namespace

TEST_F(FailingLeader, IsRetriedByOneFollowerAndThenAllGetTheException) {
  askThirty(throwing());

  EXPECT_EQ(computations_, 2);
  EXPECT_EQ(texts_, std::vector<std::string>(30, "down"));
}

TEST_F(FailingLeader, ThatReturnsAnErrorGivesItsBodyOnlyToItsOwnCaller) {
  askThirty(failing());

  EXPECT_EQ(computations_, 2);
  EXPECT_EQ(statuses_, std::vector<int>(28, 503));
  EXPECT_EQ(std::count(payloads_.begin(), payloads_.end(), "for run 1 alone"), 1);
  EXPECT_EQ(std::count(payloads_.begin(), payloads_.end(), "for run 2 alone"), 1);
}

TEST_F(FailingLeader, DoesNotStopLaterCallersFromSharing) {
  askThirty(failing());
  computations_ = 0;

  askThirty(counted());

  EXPECT_EQ(computations_, 1);
}

TEST_F(FailingLeader, IsHiddenByAStaleValueWithoutASecondRun) {
  renewal_.staleIfError = 1h;
  askThirty(counted());
  services_.advance(31s);
  computations_ = 0;

  askThirty(throwing());

  EXPECT_EQ(computations_, 1);
  const auto sources = answers_.all();
  EXPECT_EQ(std::count(sources.begin(), sources.end(), Source::staleOnError), 30);
}

TEST_F(FailingLeader, ThatIsRefusedAsOverloadedDoesNotCountAsASourceFailure) {
  int refusals = 0;
  askThirty([&]() -> Computed {
    if (++refusals < 10) throw Overloaded("full");
    ++computations_;
    return {.payload = "v"};
  });

  EXPECT_EQ(computations_, 1);
  const auto sources = answers_.all();
  EXPECT_EQ(std::count(sources.begin(), sources.end(), Source::failed), 9);
  EXPECT_EQ(std::count(sources.begin(), sources.end(), Source::shared), 20);
}
