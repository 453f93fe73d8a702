// SPDX-License-Identifier: Apache-2.0
#include <larder/timer_wheel.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

using larder::TimerWheel;
using namespace std::chrono_literals;

namespace {

using Time = TimerWheel::Time;
constexpr auto kTick = TimerWheel::resolution;
constexpr Time kStart = 5h;

struct Numbered : TimerWheel::Timer {
  explicit Numbered(int n) : number(n) {}
  int number;
};

class TimerWheels : public ::testing::Test {
 protected:
  std::vector<int> firedUntil(Time now) {
    std::vector<int> fired;
    while (
        wheel_.advance(now, 100, [&](auto& timer) { fired.push_back(static_cast<Numbered&>(timer).number); }))
      ;
    return fired;
  }
  void arm(Numbered& timer, Time after) { wheel_.arm(timer, kStart + after); }

  TimerWheel wheel_{kStart};
  Numbered one_{1}, two_{2}, three_{3};
};

}  // namespace

TEST_F(TimerWheels, FireNoTimerEarlyAndEachAtMostATickLate) {
  for (const Time after :
       {Time(1ms), Time(63ms), Time(70ms), Time(5s), Time(3min), Time(7h), Time(24h * 400)}) {
    TimerWheel wheel(kStart);
    TimerWheel::Timer timer;
    int fired = 0;
    const auto count = [&fired](auto&) { ++fired; };
    wheel.arm(timer, kStart + after);

    while (wheel.advance(kStart + after - Time(1), 100, count))
      ;
    EXPECT_EQ(fired, 0) << after.count();
    while (wheel.advance(kStart + after + kTick, 100, count))
      ;
    EXPECT_EQ(fired, 1) << after.count();
  }
}

TEST_F(TimerWheels, FireInTheOrderOfTheirDeadlinesAcrossLevels) {
  arm(three_, 9h);
  arm(one_, 20ms);
  arm(two_, 2min);

  EXPECT_EQ(firedUntil(kStart + 10h), (std::vector{1, 2, 3}));
}

TEST_F(TimerWheels, FireTimersOfOneTickInTheOrderTheyWereArmed) {
  arm(two_, 90ms);
  arm(one_, 90ms);
  arm(three_, 90ms);

  EXPECT_EQ(firedUntil(kStart + 1s), (std::vector{2, 1, 3}));
}

TEST_F(TimerWheels, FireAnOverdueTimerWithTheNextAdvance) {
  firedUntil(kStart + 1h);
  arm(one_, 1min);
  wheel_.arm(two_, Time::min());

  EXPECT_EQ(firedUntil(kStart + 1h), (std::vector{1, 2}));
}

TEST_F(TimerWheels, DoNotFireACancelledTimer) {
  arm(one_, 20ms);
  arm(two_, 20ms);
  arm(three_, 1h);

  EXPECT_TRUE(wheel_.cancel(one_));
  EXPECT_FALSE(wheel_.cancel(one_));
  EXPECT_TRUE(wheel_.cancel(three_));
  EXPECT_EQ(wheel_.size(), 1U);

  EXPECT_EQ(firedUntil(kStart + 2h), (std::vector{2}));
  EXPECT_FALSE(wheel_.cancel(two_));
  EXPECT_TRUE(wheel_.empty());
}

TEST_F(TimerWheels, ReportTheTimeOfTheNextTurn) {
  EXPECT_EQ(wheel_.next(), std::nullopt);

  arm(one_, 10ms);
  EXPECT_GE(*wheel_.next(), kStart + 10ms);
  EXPECT_LE(*wheel_.next(), kStart + 10ms + kTick);

  wheel_.cancel(one_);
  arm(two_, 24h);
  int turns = 0;
  for (Time now = kStart; !wheel_.empty(); ++turns) {
    now = *wheel_.next();
    ASSERT_LE(now, kStart + 24h + kTick);
    firedUntil(now);
  }
  EXPECT_LE(turns, 7);  // one turn per level
}

TEST_F(TimerWheels, StayWithinTheLimitPerTurn) {
  std::vector<std::unique_ptr<Numbered>> many;
  for (int i = 0; i < 10; ++i) arm(*many.emplace_back(std::make_unique<Numbered>(i)), 70ms);
  const Time later = kStart + 1s;
  int fired = 0;
  const auto count = [&fired](auto&) { ++fired; };

  EXPECT_TRUE(wheel_.advance(later, 10, count));  // moves timers down a level
  EXPECT_EQ(fired, 0);
  EXPECT_TRUE(wheel_.advance(later, 4, count));
  EXPECT_EQ(fired, 4);
  EXPECT_FALSE(wheel_.advance(later, 6, count));
  EXPECT_EQ(fired, 10);
}

TEST_F(TimerWheels, KeepTheOrderOfASlotMovedDownInSeveralTurns) {
  arm(three_, 66 * kTick);
  arm(two_, 65 * kTick);
  arm(one_, 64 * kTick);
  std::vector<int> fired;
  while (wheel_.advance(kStart + 1s, 1,
                        [&](auto& timer) { fired.push_back(static_cast<Numbered&>(timer).number); }))
    ;

  EXPECT_EQ(fired, (std::vector{1, 2, 3}));
}

TEST_F(TimerWheels, LetAFiringTimerArmAndCancelOthers) {
  arm(one_, 10ms);
  arm(two_, 20ms);
  std::vector<int> fired;
  const auto fire = [&](auto& timer) {
    fired.push_back(static_cast<Numbered&>(timer).number);
    if (fired.size() > 1) return;
    wheel_.cancel(two_);
    arm(three_, 15ms);
    arm(one_, 30ms);
  };
  while (wheel_.advance(kStart + 1s, 1, fire))
    ;

  EXPECT_EQ(fired, (std::vector{1, 3, 1}));
}

TEST_F(TimerWheels, AgreeWithASortedMapOverManyRandomSteps) {
  std::mt19937 random(7);
  std::vector<std::unique_ptr<Numbered>> timers;
  for (int i = 0; i < 300; ++i) timers.push_back(std::make_unique<Numbered>(i));
  std::map<int, Time> due;
  Time now = kStart;
  for (int step = 0; step < 20'000; ++step) {
    auto& timer = *timers[random() % timers.size()];
    if (timer.armed()) {
      EXPECT_TRUE(wheel_.cancel(timer));
      due.erase(timer.number);
    } else {
      const Time after(static_cast<std::int64_t>(random() % 1000) << (random() % 36));
      wheel_.arm(timer, now + after);
      due[timer.number] = now + after;
    }
    now += Time(static_cast<std::int64_t>(random()) << (random() % 4));
    for (const int number : firedUntil(now)) {
      ASSERT_TRUE(due.contains(number));
      ASSERT_LE(due[number], now);
      due.erase(number);
    }
    for (const auto& [number, time] : due) ASSERT_GT(time + kTick, now) << number;
    ASSERT_EQ(wheel_.size(), due.size());
  }
}
