// SPDX-License-Identifier: Apache-2.0
#include <larder/executor.hpp>

#include <utility>

namespace larder {

// Notifies under the lock: the loop often lives on the stack of the thread that run() releases, so no member
// may be touched after the unlock.
bool RunLoop::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || tasks_.size() >= queueLimit_) return false;
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

void RunLoop::postAfter(std::chrono::milliseconds delay, Task task) {
  const std::lock_guard lock(mutex_);
  const auto timer = timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
  if (timer == timers_.begin()) changed_.notify_all();  // a thread waiting for a later timer must look again
}

void RunLoop::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

void RunLoop::run() {
  std::unique_lock lock(mutex_);
  while (auto task = next(lock)) {
    lock.unlock();
    task();
    task = nullptr;  // destroyed without the lock
    lock.lock();
  }
}

// Returns an empty task once the loop is stopped. At most one idle thread waits for the next timer, so that a
// timer wakes a single thread. A thread that leaves with a task while none waits for the next timer wakes
// another one to do so.
Executor::Task RunLoop::next(std::unique_lock<std::mutex>& lock) {
  while (!stopped_) {
    if (auto task = due()) {
      if (!timers_.empty() && !timed_) changed_.notify_one();
      return task;
    }
    if (timers_.empty() || timed_) {
      changed_.wait(lock);
      continue;
    }
    const auto first = timers_.begin()->first;  // a copy: another thread may take the timer meanwhile
    timed_ = true;
    changed_.wait_until(lock, first);
    timed_ = false;
  }
  return {};
}

// Returns the next task that is due; empty if none is.
Executor::Task RunLoop::due() {
  if (!tasks_.empty()) {
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }
  if (timers_.empty() || timers_.begin()->first > std::chrono::steady_clock::now()) return {};
  return std::move(timers_.extract(timers_.begin()).mapped());
}

}  // namespace larder
