// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REQUEST_HPP
#define LARDER_REDIS_REQUEST_HPP

#include "generation.hpp"

#include <larder/abi.h>

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>

namespace larder::redis {

/// Where a submit waits whose operations have no `complete`. Lives on that caller's stack.
class Waiter {
 public:
  /// One more operation to wait for. Before any of them is handed to the I/O thread.
  void expect() { ++outstanding_; }

  /// Stores the final status and counts one operation as done. The Waiter may be gone afterwards.
  void finish(larder_status& result, larder_status status) {
    const std::lock_guard lock(mutex_);
    result = status;
    // Under the lock: the waiting thread can't return, and end our life, before this call has.
    if (--outstanding_ == 0) done_.notify_one();
  }

  /// Ends because the I/O thread gives every operation a deadline.
  void wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return outstanding_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::uint32_t outstanding_ = 0;
};

/// One accepted operation, from submit until Redis has answered.
struct Request {
  larder_op* op = nullptr;          ///< nullptr once completed: then it only keeps its place in the pipeline
  Waiter* waiter = nullptr;         ///< nullptr: op->complete is called
  larder_status* result = nullptr;  ///< with a waiter
  std::uint64_t deadlineNs = 0;     ///< always set

  // As sent last.
  bool encoded = false;
  std::uint64_t streamOffset = 0;  ///< of its first byte in the connection's output
  std::uint64_t version = 0;       ///< of a SET
  Generation generation{};         ///< of its namespace
  int redone = 0;                  ///< how often that generation turned out to be over
};

using Requests = std::list<Request>;
using RequestRef = Requests::iterator;

}  // namespace larder::redis

#endif
