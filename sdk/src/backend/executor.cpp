// SPDX-License-Identifier: Apache-2.0
#include <larder/executor.hpp>

#include <utility>

namespace larder {

// Notified under the lock: the loop often lives on the stack of the thread that run() lets go, so nothing
// may be touched once the lock is released.
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
  if (timer == timers_.begin()) changed_.notify_all();  // whoever waits for a later one must look again
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
    task = nullptr;  // what it holds goes without the lock
    lock.lock();
  }
}

// An empty task once the loop is stopped. Of several threads that have nothing to do one waits for the next
// timer, so that a timer wakes up one; whoever finds that nobody does and leaves has another one do it.
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

// What is to be done now; empty if nothing is.
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
