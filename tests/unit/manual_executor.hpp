// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_MANUAL_EXECUTOR_HPP
#define LARDER_UNIT_MANUAL_EXECUTOR_HPP

#include <larder/executor.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

namespace larder {

/// An executor of which nothing runs until the test says so.
class ManualExecutor final : public Executor {
 public:
  bool post(Task task) override {
    if (full) return false;
    tasks_.push_back(std::move(task));
    return true;
  }
  void postAfter(std::chrono::milliseconds, Task task) override { timers_.push_back(std::move(task)); }
  void runAll() {
    while (!tasks_.empty()) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  void fireTimers() {
    for (auto timers = std::exchange(timers_, {}); auto& timer : timers) timer();
  }
  std::size_t waiting() const { return tasks_.size(); }

  bool full = false;  ///< refuses what is posted

 private:
  std::deque<Task> tasks_;
  std::deque<Task> timers_;
};

}  // namespace larder

#endif
