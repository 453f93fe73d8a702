// SPDX-License-Identifier: Apache-2.0
#include "backend/timers.hpp"

#include <gtest/gtest.h>

#include <pthread.h>

#include <csignal>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "refused_threads.hpp"
#include "waiting/eventually.hpp"
#include "waiting/threads.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class TimersTest : public ::testing::Test {
 protected:
  SystemClock clock_;
  Timers timers_{clock_, "test-timers"};
};

}  // namespace

TEST_F(TimersTest, RunTasksInTheOrderOfTheirDeadlines) {
  std::vector<int> order;  // the tasks run on one thread, which the first task blocks until all are armed
  std::latch armed(1);
  std::latch ran(3);
  std::vector<Timers::Handle> handles;
  handles.push_back(timers_.armAfter(0ms, [&armed] { armed.wait(); }));
  for (const int delay : {30, 10, 20})
    handles.push_back(timers_.armAfter(std::chrono::milliseconds(delay), [&, delay] {
      order.push_back(delay);
      ran.count_down();
    }));
  armed.count_down();
  ran.wait();

  EXPECT_EQ(order, (std::vector{10, 20, 30}));
}

TEST_F(TimersTest, WakeForATaskThatIsDueEarlier) {
  std::binary_semaphore ran(0);
  const auto late = timers_.armAfter(1h, [] {});
  ASSERT_TRUE(tests::eventually([] {
    const auto thread = tests::threadNamed("test-timers");
    return thread && tests::isAsleep(*thread);
  }));
  const auto early = timers_.armAfter(1ms, [&ran] { ran.release(); });

  ran.acquire();
}

TEST_F(TimersTest, FreeACancelledTaskAtOnce) {
  const auto held = std::make_shared<int>(0);
  auto handle = timers_.armAfter(1h, [held] {});

  EXPECT_TRUE(handle.cancel());

  EXPECT_EQ(held.use_count(), 1);
  EXPECT_FALSE(handle.cancel());
}

TEST_F(TimersTest, CancelATaskWhenItsHandleIsDestroyed) {
  const auto held = std::make_shared<int>(0);

  {
    const auto handle = timers_.armAfter(1h, [held] {});
  }

  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(TimersTest, FreeATaskThatHasRunAndReportThatItRan) {
  auto held = std::make_shared<std::promise<void>>();
  std::weak_ptr<std::promise<void>> watched = held;
  auto ran = held->get_future();
  auto handle = timers_.armAfter(0ms, [held = std::move(held)] { held->set_value(); });
  ran.wait();
  std::promise<void> next;
  const auto after = timers_.armAfter(0ms, [&next] { next.set_value(); });
  next.get_future().wait();  // so the first task has ended

  EXPECT_TRUE(watched.expired());
  EXPECT_FALSE(handle.cancel());
}

TEST_F(TimersTest, MayBeCancelledByTheTaskItself) {
  std::optional<Timers::Handle> handle;
  std::promise<bool> cancelled;
  std::latch armed(1);
  handle = timers_.armAfter(0ms, [&] {
    armed.wait();
    cancelled.set_value(handle->cancel());
  });
  armed.count_down();

  EXPECT_FALSE(cancelled.get_future().get());
}

TEST_F(TimersTest, RunOnANamedThreadThatTakesNoSignals) {
  std::promise<std::pair<std::string, bool>> seen;
  const auto handle = timers_.armAfter(0ms, [&seen] {
    char name[16] = {};
    ::pthread_getname_np(::pthread_self(), name, sizeof name);
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    seen.set_value({name, ::sigismember(&mask, SIGTERM) == 1});
  });

  EXPECT_EQ(seen.get_future().get(), std::pair(std::string("test-timers"), true));
}

TEST(TimersOfAManualClock, NoticeThatItWasAdvanced) {
  conformance::ManualClock clock;
  Timers timers(clock, "test-timers");
  std::binary_semaphore ran(0);
  const auto handle = timers.armAfter(1h, [&ran] { ran.release(); });

  clock.advance(2h);

  ran.acquire();
}

TEST(TimersThatGo, DropTheTasksStillArmed) {
  SystemClock clock;
  const auto held = std::make_shared<int>(0);
  auto timers = std::make_unique<Timers>(clock, "test-timers");
  auto first = std::make_shared<Timers::Handle>(timers->armAfter(1h, [held] {}));
  auto second = timers->armAfter(2h, [held, other = std::move(first)] {});

  timers.reset();

  EXPECT_EQ(held.use_count(), 1);
  EXPECT_FALSE(second.cancel());
}

TEST(TimersWithoutAThread, ThrowAndArmNothing) {
  SystemClock clock;
  Timers timers(clock, "test-timers");
  const auto held = std::make_shared<int>(0);
  {
    const tests::RefusedThreads refused;
    EXPECT_THROW(static_cast<void>(timers.armAfter(1h, [held] {})), std::system_error);
  }
  EXPECT_EQ(held.use_count(), 1);

  std::binary_semaphore ran(0);
  const auto handle = timers.armAfter(0ms, [&ran] { ran.release(); });
  ran.acquire();
}

TEST_F(TimersTest, AreArmedAndCancelledByManyThreads) {
  std::atomic<int> ran{0};
  std::atomic<int> cancelled{0};
  constexpr int threads = 4;
  constexpr int each = 2000;
  std::vector<std::thread> users;
  for (int t = 0; t < threads; ++t)
    users.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        auto handle = timers_.armAfter(std::chrono::microseconds(i % 3000), [&ran] { ++ran; });
        if (handle.cancel()) ++cancelled;
      }
    });
  for (auto& user : users) user.join();
  std::promise<void> last;
  const auto after = timers_.armAfter(0ms, [&last] { last.set_value(); });
  last.get_future().wait();

  EXPECT_EQ(ran + cancelled, threads * each);
}
