// SPDX-License-Identifier: Apache-2.0
#include <larder/executor.hpp>

#include <utility>

namespace larder {

// Notified under the lock: the loop often lives on the stack of the thread that run() lets go, so nothing
// may be touched once the lock is released.
bool RunLoop::post(Task task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

void RunLoop::postAfter(std::chrono::milliseconds delay, Task task) {
  const std::lock_guard lock(mutex_);
  timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
  changed_.notify_one();
}

void RunLoop::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_one();
}

void RunLoop::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    Task next;
    if (!tasks_.empty()) {
      next = std::move(tasks_.front());
      tasks_.pop_front();
    } else if (!timers_.empty() && timers_.begin()->first <= std::chrono::steady_clock::now()) {
      next = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
    } else if (timers_.empty()) {
      changed_.wait(lock);
      continue;
    } else {
      changed_.wait_until(lock, timers_.begin()->first);
      continue;
    }
    lock.unlock();
    next();
    next = nullptr;  // what it holds goes without the lock
    lock.lock();
  }
}

}  // namespace larder
