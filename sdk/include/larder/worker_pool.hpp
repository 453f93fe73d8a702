// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_WORKER_POOL_HPP
#define LARDER_WORKER_POOL_HPP

#include <larder/executor.hpp>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace larder {

/// A RunLoop with its own threads, which start with the first task. Thread-safe.
class WorkerPool final : public Executor {
 public:
  /// `name`, up to 15 bytes, is the name of the threads. At most `queue_limit` tasks are queued; post()
  /// refuses further ones.
  WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit);
  /// Blocks until running tasks have finished; queued ones are dropped.
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool post(Task task) override;
  void postAfter(std::chrono::milliseconds delay, Task task) override;

 private:
  void start();

  const std::string name_;
  const std::size_t threadCount_;
  RunLoop loop_;
  std::once_flag started_;
  std::vector<std::thread> threads_;
};

}  // namespace larder

#endif
