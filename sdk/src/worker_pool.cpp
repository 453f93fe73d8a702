// SPDX-License-Identifier: Apache-2.0
#include <larder/worker_pool.hpp>

#include <pthread.h>

#include <csignal>
#include <utility>

namespace larder {
namespace {

// Threads inherit the mask of their maker: signals are for the application's own.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit)
    : name_(std::move(name)), threadCount_(threads), queueLimit_(queue_limit) {}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || tasks_.size() >= queueLimit_ || threadCount_ == 0) return false;
    start();
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::postAfter(std::chrono::milliseconds delay, Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || threadCount_ == 0) return;
    start();
    const auto timer = timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
    if (timer != timers_.begin()) return;  // somebody wakes up before that one is due
  }
  changed_.notify_all();  // whoever waits for a later timer must look again
}

void WorkerPool::start() {
  const SignalsBlocked blocked;
  while (threads_.size() < threadCount_) {
    auto& thread = threads_.emplace_back([this] { run(); });
    ::pthread_setname_np(thread.native_handle(), name_.c_str());
  }
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  while (auto task = next(lock)) {
    lock.unlock();
    task();
    task = nullptr;  // what it holds goes without the lock
    lock.lock();
  }
}

// An empty task once the pool stops. Of those who have nothing to do one waits for the next timer, so that a
// timer wakes up one thread; whoever finds that nobody does and leaves has another one do it.
Executor::Task WorkerPool::next(std::unique_lock<std::mutex>& lock) {
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
Executor::Task WorkerPool::due() {
  if (!tasks_.empty()) {
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }
  if (timers_.empty() || timers_.begin()->first > std::chrono::steady_clock::now()) return {};
  return std::move(timers_.extract(timers_.begin()).mapped());
}

}  // namespace larder
