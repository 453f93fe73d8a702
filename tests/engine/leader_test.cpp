// SPDX-License-Identifier: Apache-2.0
//
// Callers who wait for another's computation that does not come.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;

namespace {

class Leader : public ::testing::Test {
 protected:
  void ask(Executor& executor, Compute compute = {}) {
    if (!compute) compute = counted();
    cache_.getOrCompute({.nameSpace = "test", .key = key_, .expire = 30s, .compute = std::move(compute)},
                        executor, [this](CacheResult result) { sources_.push_back(result.source); });
  }
  Compute counted() {
    return [this] {
      ++computations_;
      return Computed{.payload = "v"};
    };
  }

  const Key key_ = KeyBuilder().field("k").build();
  conformance::ManualServices services_;
  ManualExecutor hanging_;  // until a test runs it
  ManualExecutor executor_;
  int computations_ = 0;
  std::vector<Source> sources_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
};

}  // namespace

TEST_F(Leader, ThatHangsIsReplacedByOneOfThoseWhoWait) {
  ask(hanging_);
  for (int i = 0; i < 199; ++i) ask(executor_);

  executor_.fireTimers();
  executor_.runAll();

  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(sources_.size(), 199u);
  EXPECT_EQ(std::count(sources_.begin(), sources_.end(), Source::shared), 198);
}

TEST_F(Leader, ThatComesBackAfterItWasReplacedAnswersItsOwnCaller) {
  ask(hanging_);
  for (int i = 0; i < 3; ++i) ask(executor_);
  executor_.fireTimers();

  hanging_.runAll();

  EXPECT_EQ(sources_, std::vector{Source::computed});
  executor_.runAll();
  EXPECT_EQ(computations_, 2);
  EXPECT_EQ(sources_.size(), 4u);
}

TEST_F(Leader, ThatFailsIsReplacedByOne) {
  ask(executor_, []() -> Computed { throw std::runtime_error("broken"); });
  for (int i = 0; i < 199; ++i) ask(executor_);

  executor_.runAll();

  EXPECT_EQ(computations_, 1);
  EXPECT_EQ(std::count(sources_.begin(), sources_.end(), Source::shared), 198);
}

TEST_F(Leader, ThatFailsAfterItWasReplacedPromotesNobody) {
  ask(hanging_, []() -> Computed { throw std::runtime_error("broken"); });
  for (int i = 0; i < 3; ++i) ask(executor_);
  executor_.fireTimers();

  hanging_.runAll();
  executor_.runAll();

  EXPECT_EQ(computations_, 1);
}

TEST_F(Leader, WhoseSuccessorHangsTooIsWaitedForNoLonger) {
  ask(hanging_);
  ask(hanging_);  // becomes the successor
  ManualExecutor others;
  for (int i = 0; i < 3; ++i) ask(others);
  hanging_.fireTimers();
  others.fireTimers();  // they wait once more

  others.runAll();
  EXPECT_EQ(computations_, 0);
  others.fireTimers();
  others.runAll();

  EXPECT_EQ(computations_, 3);
  EXPECT_EQ(sources_.size(), 3u);
}

TEST_F(Leader, WhoIsAloneStoresNothingThatWasErasedMeanwhile) {
  ask(executor_, [] { return Computed{.payload = "", .cacheable = false}; });
  executor_.runAll();
  ask(executor_);  // alone, for the last result was not cacheable

  cache_.erase("test", key_);
  executor_.runAll();
  ask(executor_);
  executor_.runAll();

  EXPECT_EQ(computations_, 2);
}
