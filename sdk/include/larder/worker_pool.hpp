// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_WORKER_POOL_HPP
#define LARDER_WORKER_POOL_HPP

#include <larder/executor.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace larder {

/// An executor with threads of its own, which start with the first task. Thread-safe.
class WorkerPool final : public Executor {
 public:
  /// `name`, up to 15 bytes, is the threads'. At most `queue_limit` tasks wait; post refuses more.
  WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit);
  /// Lets running tasks finish; waiting ones are dropped.
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool post(Task task) override;
  void postAfter(std::chrono::milliseconds delay, Task task) override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  void start();
  void run();
  Task next(std::unique_lock<std::mutex>& lock);
  Task due();

  const std::string name_;
  const std::size_t threadCount_;
  const std::size_t queueLimit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::multimap<Time, Task> timers_;
  bool timed_ = false;  // a thread waits for the first timer
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace larder

#endif
