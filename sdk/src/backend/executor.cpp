// SPDX-License-Identifier: Apache-2.0
#include <larder/executor.hpp>

#include <algorithm>
#include <thread>
#include <utility>

#include "backend/wait_word.hpp"

namespace larder {
namespace {

// How long no task must have begun until one more thread helps.
constexpr std::chrono::microseconds kPatience{200};

// How many threads run tasks as soon as these are posted.
std::size_t processors() {
  static const std::size_t count = std::max(1U, std::thread::hardware_concurrency());
  return count;
}

}  // namespace

// A thread in sleep(). Code that takes it off the list must signal it, and until then it stays.
struct RunLoop::Sleeper {
  WaitWord released;
};

// Signals without the lock, or the thread would wake only to wait for it. The loop often lives on the stack
// of the thread that run() releases, so no member is touched after the unlock.
bool RunLoop::post(Task task) {
  Sleeper* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || tasks_.size() >= queueLimit_) return false;
    tasks_.push_back(std::move(task));
    woken = another();
  }
  if (woken != nullptr) woken->released.signal();
  return true;
}

void RunLoop::postAfter(std::chrono::milliseconds delay, Task task) {
  Sleeper* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto timer = timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
    if (timer == timers_.begin()) woken = timekeeper_ != nullptr ? take(timekeeper_) : another();
  }
  if (woken != nullptr) woken->released.signal();
}

void RunLoop::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto* const sleeper : std::exchange(sleepers_, {})) sleeper->released.signal();
}

void RunLoop::run() {
  std::unique_lock lock(mutex_);
  ++awake_;
  while (auto task = next(lock)) {
    auto* const woken = another();
    lock.unlock();
    if (woken != nullptr) woken->released.signal();
    task();
    task = nullptr;  // destroyed without the lock
    lock.lock();
  }
  --awake_;
}

// Returns an empty task once the loop is stopped.
Executor::Task RunLoop::next(std::unique_lock<std::mutex>& lock) {
  while (!stopped_) {
    if (auto task = due()) return task;
    sleep(lock);
  }
  return {};
}

// Returns the next task that is due; empty if none is. Timers come first, or tasks could delay them for ever.
Executor::Task RunLoop::due() {
  if (!timers_.empty() && timers_.begin()->first <= std::chrono::steady_clock::now())
    return std::move(timers_.extract(timers_.begin()).mapped());
  if (tasks_.empty()) return {};
  auto task = std::move(tasks_.front());
  tasks_.pop_front();
  ++begun_;
  return task;
}

// Sleeps until there is something to do. One thread at most waits for the next timer, so that a timer wakes a
// single thread; it is the last one to be released for a task.
void RunLoop::sleep(std::unique_lock<std::mutex>& lock) {
  Sleeper self;
  auto timeout = std::chrono::nanoseconds::max();
  if (!timers_.empty() && timekeeper_ == nullptr) {
    timekeeper_ = &self;
    timeout = timers_.begin()->first - std::chrono::steady_clock::now();
    sleepers_.insert(sleepers_.begin(), &self);
  } else {
    sleepers_.push_back(&self);
  }
  --awake_;
  lock.unlock();
  const bool released = self.released.waitFor(timeout);
  lock.lock();
  if (!released && take(&self) == nullptr) {  // a signal is on its way
    lock.unlock();
    self.released.wait();
    lock.lock();
  }
  waking_ = false;
  if (awake_ >= processors()) watch(lock);
  ++awake_;
}

// Returns once the tasks need one more thread, or there are none.
void RunLoop::watch(std::unique_lock<std::mutex>& lock) {
  watching_ = true;
  for (bool begin = true; begin && !stopped_ && !tasks_.empty();) {
    const auto before = begun_;
    lock.unlock();
    std::this_thread::sleep_for(kPatience);
    lock.lock();
    begin = begun_ != before;
  }
  watching_ = false;
}

// Takes a sleeper that is to look for a task or to wait for a timer; null if none is needed. One is released
// at a time: it releases the next one.
RunLoop::Sleeper* RunLoop::another() {
  if (tasks_.empty() && (timers_.empty() || timekeeper_ != nullptr)) return nullptr;
  if (sleepers_.empty() || waking_ || (watching_ && awake_ >= processors())) return nullptr;
  return take(sleepers_.back());
}

// Takes a sleeper off the list; null if it is no longer there.
RunLoop::Sleeper* RunLoop::take(Sleeper* sleeper) {
  const auto place = std::find(sleepers_.begin(), sleepers_.end(), sleeper);
  if (place == sleepers_.end()) return nullptr;
  sleepers_.erase(place);
  if (timekeeper_ == sleeper) timekeeper_ = nullptr;
  waking_ = true;
  return sleeper;
}

}  // namespace larder
