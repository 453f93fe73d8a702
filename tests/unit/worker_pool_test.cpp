// SPDX-License-Identifier: Apache-2.0
#include <larder/worker_pool.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

using larder::WorkerPool;
using namespace std::chrono_literals;

TEST(WorkerPools, RunTasksWhileTimersWait) {
  std::latch done(100);
  WorkerPool pool("test", 3, 1000);
  pool.postAfter(1h, [] {});
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.post([&done] { done.count_down(); }));

  done.wait();
}

TEST(WorkerPools, RunEveryTimerWhileTasksComeAndGo) {
  constexpr int timers = 500;
  std::latch done(2 * timers);
  WorkerPool pool("test", 3, 1000);
  for (int i = 0; i < timers; ++i) {
    pool.postAfter(std::chrono::milliseconds(i % 20), [&done] { done.count_down(); });
    ASSERT_TRUE(pool.post([&done] { done.count_down(); }));
  }

  done.wait();
}

TEST(WorkerPools, TheEarliestTimerRunsFirst) {
  std::vector<int> order;
  std::mutex mutex;
  std::counting_semaphore<> ran(0);
  WorkerPool pool("test", 1, 10);
  for (const int delay : {60, 20, 40})
    pool.postAfter(std::chrono::milliseconds(delay), [&, delay] {
      const std::lock_guard lock(mutex);
      order.push_back(delay);
      ran.release();
    });
  for (int i = 0; i < 3; ++i) ran.acquire();

  EXPECT_EQ(order, (std::vector<int>{20, 40, 60}));
}

// Fewer threads than these run tasks at once as long as the tasks go on.
TEST(WorkerPools, RunAsManyTasksAsTheyHaveThreadsIfAllOfThemBlock) {
  const auto threads = std::thread::hardware_concurrency() + 6;
  std::latch together(threads);
  std::latch done(threads);
  WorkerPool pool("test", threads, 1000);
  for (unsigned i = 0; i < threads; ++i)
    ASSERT_TRUE(pool.post([&] {
      together.arrive_and_wait();
      done.count_down();
    }));

  done.wait();
}

TEST(WorkerPools, RunATaskThatEveryRunningOneWaitsFor) {
  const auto running = std::thread::hardware_concurrency() + 1;
  std::latch begun(running);
  std::latch last(1);
  std::latch done(running);
  WorkerPool pool("test", running + 1, 1000);
  for (unsigned i = 0; i < running; ++i)
    ASSERT_TRUE(pool.post([&] {
      begun.count_down();
      last.wait();
      done.count_down();
    }));
  begun.wait();
  ASSERT_TRUE(pool.post([&] { last.count_down(); }));

  done.wait();
}

TEST(WorkerPools, RunATimerEvenIfTasksNeverStop) {
  std::atomic<bool> fired{false};
  std::binary_semaphore ended(0);
  WorkerPool pool("test", 1, 10);
  std::function<void()> again = [&] {
    if (fired)
      ended.release();
    else
      ASSERT_TRUE(pool.post(again));
  };
  pool.postAfter(5ms, [&] { fired = true; });
  ASSERT_TRUE(pool.post(again));

  EXPECT_TRUE(ended.try_acquire_for(30s));
}

TEST(WorkerPools, RunEachTaskOnceInAnyMixOfTasksAndTimers) {
  constexpr int each = 3000;
  std::latch done(4 * each);
  WorkerPool pool("test", std::thread::hardware_concurrency() + 3, 4 * each);
  std::vector<std::jthread> posters;
  for (int poster = 0; poster < 4; ++poster)
    posters.emplace_back([&] {
      for (int i = 0; i < each; ++i)
        ASSERT_TRUE(pool.post([&done, i] {
          if (i % 500 == 0) std::this_thread::sleep_for(1ms);  // a few tasks are slow
          done.count_down();
        }));
    });

  done.wait();
}

TEST(WorkerPools, RefuseMoreThanTheyHaveRoomFor) {
  std::binary_semaphore began(0);
  std::binary_semaphore release(0);
  WorkerPool pool("test", 1, 2);
  ASSERT_TRUE(pool.post([&] {
    began.release();
    release.acquire();
  }));
  began.acquire();

  EXPECT_TRUE(pool.post([] {}));
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_FALSE(pool.post([] {}));
  release.release();
}

TEST(RunLoops, RefuseTasksAfterTheirEndAndDropTheRest) {
  larder::RunLoop loop;
  bool ran = false;
  ASSERT_TRUE(loop.post([&loop] { loop.stop(); }));
  ASSERT_TRUE(loop.post([&ran] { ran = true; }));

  loop.run();

  EXPECT_FALSE(ran);
  EXPECT_FALSE(loop.post([] {}));
}
