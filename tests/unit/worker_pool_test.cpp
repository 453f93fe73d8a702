// SPDX-License-Identifier: Apache-2.0
#include <larder/worker_pool.hpp>

#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <semaphore>
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

TEST(WorkerPools, ATimerThatIsDueFirstIsRunFirst) {
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

TEST(RunLoops, RefuseWhatComesAfterTheirEndAndDropWhatIsLeft) {
  larder::RunLoop loop;
  bool ran = false;
  ASSERT_TRUE(loop.post([&loop] { loop.stop(); }));
  ASSERT_TRUE(loop.post([&ran] { ran = true; }));

  loop.run();

  EXPECT_FALSE(ran);
  EXPECT_FALSE(loop.post([] {}));
}
