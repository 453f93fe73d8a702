// SPDX-License-Identifier: Apache-2.0
#include <larder/circuit_breaker.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "conformance/manual_clock.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class Breaker : public ::testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker_.record(breaker_.admit().value(), false);
  }

  conformance::ManualClock clock_;
  std::vector<CircuitState> changes_;
  CircuitBreaker breaker_{
      {.failures = 3, .openFor = 1s, .onChange = [this](CircuitState state) { changes_.push_back(state); }},
      clock_};
};

}  // namespace

TEST_F(Breaker, OpensAfterConsecutiveFailuresAndThenRefuses) {
  fail(2);
  EXPECT_EQ(breaker_.state(), CircuitState::closed);

  fail(1);

  EXPECT_EQ(breaker_.state(), CircuitState::open);
  EXPECT_FALSE(breaker_.admit());
  EXPECT_EQ(breaker_.refusals(), 1u);
  EXPECT_EQ(breaker_.openings(), 1u);
}

TEST_F(Breaker, ASuccessBetweenFailuresKeepsItClosed) {
  fail(2);
  breaker_.record(breaker_.admit().value(), true);
  fail(2);

  EXPECT_EQ(breaker_.state(), CircuitState::closed);
}

TEST_F(Breaker, AdmitsOneProbeAfterAPauseAndNoOtherCall) {
  fail(3);
  clock_.advance(999ms);
  EXPECT_FALSE(breaker_.admit());
  clock_.advance(1ms);

  const auto probe = breaker_.admit();

  ASSERT_TRUE(probe);
  EXPECT_EQ(breaker_.state(), CircuitState::halfOpen);
  EXPECT_FALSE(breaker_.admit());
  clock_.advance(1h);
  EXPECT_FALSE(breaker_.admit()) << "the probe is still in flight";
}

TEST_F(Breaker, AProbeThatSucceedsClosesIt) {
  fail(3);
  clock_.advance(1s);
  breaker_.record(breaker_.admit().value(), true);

  EXPECT_EQ(breaker_.state(), CircuitState::closed);
  fail(2);
  EXPECT_EQ(breaker_.state(), CircuitState::closed) << "a success resets the count of failures";
}

TEST_F(Breaker, AProbeThatFailsOpensItForTheSameTimeAgain) {
  fail(3);
  clock_.advance(1s);
  breaker_.record(breaker_.admit().value(), false);

  EXPECT_EQ(breaker_.state(), CircuitState::open);
  EXPECT_FALSE(breaker_.admit());
  clock_.advance(1s);
  EXPECT_TRUE(breaker_.admit());
  EXPECT_EQ(breaker_.openings(), 1u) << "one outage";
}

TEST_F(Breaker, ACallThatBeganBeforeItOpenedHasNoEffect) {
  const auto late = breaker_.admit().value();
  const auto later = breaker_.admit().value();
  fail(3);
  breaker_.record(late, true);
  EXPECT_EQ(breaker_.state(), CircuitState::open);
  clock_.advance(1s);
  const auto probe = breaker_.admit().value();

  breaker_.record(later, false);
  EXPECT_EQ(breaker_.state(), CircuitState::halfOpen);
  breaker_.record(probe, true);
  EXPECT_EQ(breaker_.state(), CircuitState::closed);
}

TEST_F(Breaker, ReportsEachChangeOnce) {
  fail(3);
  clock_.advance(1s);
  breaker_.record(breaker_.admit().value(), false);
  clock_.advance(1s);
  breaker_.record(breaker_.admit().value(), true);

  EXPECT_EQ(changes_, (std::vector{CircuitState::open, CircuitState::halfOpen, CircuitState::open,
                                   CircuitState::halfOpen, CircuitState::closed}));
}

TEST_F(Breaker, OfManyThreadsOneGetsTheProbe) {
  fail(3);
  clock_.advance(1s);
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n)
        if (breaker_.admit()) ++admitted;
    });
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(admitted, 1);
}
