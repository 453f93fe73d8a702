// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_EXECUTOR_HPP
#define LARDER_EXECUTOR_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace larder {

/// Runs computations on the threads of an application: its worker pool, its event loop, or the blocked caller
/// itself. Thread-safe.
class Executor {
 public:
  using Task = std::function<void()>;
  virtual ~Executor() = default;

  /// Runs `task` soon, on a thread of the executor or on this one. Returns false if the executor is full: the
  /// task will then not run.
  virtual bool post(Task task) = 0;

  /// Runs `task` after `delay`, or never if the executor ends first.
  virtual void postAfter(std::chrono::milliseconds delay, Task task) = 0;
};

/// An executor whose threads are those that call run(). A blocking call uses it to lend its own thread to the
/// work it waits for. Tasks may be posted from any thread.
///
/// As many threads as there are processors run tasks as soon as they are posted. A further thread joins in
/// only if no task has begun for 200 us because the others are blocked: threads that take turns on a
/// processor would cost more than they gain.
class RunLoop final : public Executor {
 public:
  /// At most `queue_limit` tasks are queued. post() refuses further ones, and all tasks after stop().
  explicit RunLoop(std::size_t queue_limit = SIZE_MAX) : queueLimit_(queue_limit) {}

  bool post(Task task) override;
  void postAfter(std::chrono::milliseconds delay, Task task) override;

  /// Runs tasks until stop() is called. Tasks still queued then are dropped.
  void run();
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Sleeper;

  Task next(std::unique_lock<std::mutex>& lock);
  Task due();
  void sleep(std::unique_lock<std::mutex>& lock);
  void watch(std::unique_lock<std::mutex>& lock);
  Sleeper* another();
  Sleeper* take(Sleeper* sleeper);

  const std::size_t queueLimit_;
  std::mutex mutex_;
  std::deque<Task> tasks_;
  std::multimap<Time, Task> timers_;
  std::vector<Sleeper*> sleepers_;  // threads without a task; the last one to fall asleep is at the end
  Sleeper* timekeeper_ = nullptr;   // the one of them that waits for the first timer
  std::size_t awake_ = 0;           // threads that run a task or look for one
  std::uint64_t begun_ = 0;         // tasks begun so far
  bool waking_ = false;             // a thread was released and has not yet looked for a task
  bool watching_ = false;           // a thread checks whether tasks still begin
  bool stopped_ = false;
};

}  // namespace larder

#endif
