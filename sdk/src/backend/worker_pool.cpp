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
    : name_(std::move(name)), threadCount_(threads), loop_(threads == 0 ? 0 : queue_limit) {}

WorkerPool::~WorkerPool() {
  loop_.stop();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::post(Task task) {
  start();
  return loop_.post(std::move(task));
}

void WorkerPool::postAfter(std::chrono::milliseconds delay, Task task) {
  if (threadCount_ == 0) return;
  start();
  loop_.postAfter(delay, std::move(task));
}

void WorkerPool::start() {
  std::call_once(started_, [this] {
    const SignalsBlocked blocked;
    while (threads_.size() < threadCount_) {
      auto& thread = threads_.emplace_back([this] { loop_.run(); });
      ::pthread_setname_np(thread.native_handle(), name_.c_str());
    }
  });
}

}  // namespace larder
