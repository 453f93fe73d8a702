// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_EXECUTOR_HPP
#define LARDER_EXECUTOR_HPP

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace larder {

/// Where an application lets computations run: its worker pool, its event loop, the waiting thread itself.
/// Thread-safe.
class Executor {
 public:
  using Task = std::function<void()>;
  virtual ~Executor() = default;

  /// Runs `task` soon, on a thread of the executor's, or on this one. False if it is full: the task will
  /// not run.
  virtual bool post(Task task) = 0;

  /// Runs `task` after `delay`, or not at all if the executor ends before.
  virtual void postAfter(std::chrono::milliseconds delay, Task task) = 0;
};

/// An executor that is the threads calling run(): how a blocking call lends its own thread to the work it
/// waits for. Tasks may be posted from any thread.
class RunLoop final : public Executor {
 public:
  /// At most `queue_limit` tasks wait; post refuses more, and any after stop().
  explicit RunLoop(std::size_t queue_limit = SIZE_MAX) : queueLimit_(queue_limit) {}

  bool post(Task task) override;
  void postAfter(std::chrono::milliseconds delay, Task task) override;

  /// Runs tasks until stop() was called; tasks left then are dropped.
  void run();
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;

  Task next(std::unique_lock<std::mutex>& lock);
  Task due();

  const std::size_t queueLimit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::multimap<Time, Task> timers_;
  bool timed_ = false;  // a thread waits for the first timer
  bool stopped_ = false;
};

}  // namespace larder

#endif
