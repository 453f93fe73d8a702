// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_MANUAL_EXECUTOR_HPP
#define LARDER_UNIT_MANUAL_EXECUTOR_HPP

#include <larder/executor.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace larder {

/// An executor that runs its tasks only when the test asks for it. Tasks may be posted from any thread.
class ManualExecutor final : public Executor {
 public:
  bool post(Task task) override {
    const std::lock_guard lock(mutex_);
    if (full) return false;
    tasks_.push_back(std::move(task));
    return true;
  }
  void postAfter(std::chrono::milliseconds, Task task) override {
    const std::lock_guard lock(mutex_);
    timers_.push_back(std::move(task));
  }
  void runAll() {
    while (auto task = next()) task();
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return tasks_.size();
  }
  std::size_t timers() const {
    const std::lock_guard lock(mutex_);
    return timers_.size();
  }

  bool full = false;  ///< refuses all tasks

 private:
  Task next() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return nullptr;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

  mutable std::mutex mutex_;
  std::deque<Task> tasks_;
  std::deque<Task> timers_;
};

}  // namespace larder

#endif
