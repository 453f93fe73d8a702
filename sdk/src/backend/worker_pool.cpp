// SPDX-License-Identifier: Apache-2.0
#include <larder/worker_pool.hpp>

#include <utility>

#include "backend/named_thread.hpp"

namespace larder {
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
    while (threads_.size() < threadCount_) threads_.push_back(startThread(name_, [this] { loop_.run(); }));
  });
}

}  // namespace larder
