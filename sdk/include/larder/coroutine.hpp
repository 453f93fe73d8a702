// SPDX-License-Identifier: Apache-2.0
//
// Backend operations for coroutines, of whatever coroutine type a program uses:
//
//     larder::Outcome found = co_await larder::async(backend, {.code = OpCode::get, .key = "k"}, deadline);
#ifndef LARDER_COROUTINE_HPP
#define LARDER_COROUTINE_HPP

#include <larder/backend.hpp>

#include <atomic>
#include <coroutine>
#include <span>
#include <utility>

namespace larder {

/// One operation to be awaited, once. With a backend that completes inline the coroutine is not suspended.
/// Else it is resumed on the thread that brings the answer, one of the backend's, where it must not wait.
class AwaitedOperation {
 public:
  AwaitedOperation(Backend& backend, Operation operation, Deadline deadline)
      : backend_(backend), operation_(std::move(operation)), deadline_(deadline) {}
  AwaitedOperation(const AwaitedOperation&) = delete;
  AwaitedOperation& operator=(const AwaitedOperation&) = delete;

  bool await_ready() {
    if (!backend_.isInline()) return false;
    outcome_ = backend_.perform(operation_, deadline_);
    return true;
  }

  /// False, and so no suspension, if the answer came while the operation was started.
  bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    backend_.start(std::span(&operation_, 1), deadline_, [this](std::span<Outcome> outcomes) {
      outcome_ = std::move(outcomes[0]);
      if (met_.exchange(true, std::memory_order_acq_rel)) waiting_.resume();
    });
    return !met_.exchange(true, std::memory_order_acq_rel);
  }

  Outcome await_resume() { return std::move(outcome_); }

 private:
  Backend& backend_;
  const Operation operation_;
  const Deadline deadline_;
  Outcome outcome_;
  std::coroutine_handle<> waiting_;
  std::atomic<bool> met_{false};  // the answer and the suspension: whoever comes second goes on
};

/// The operation's views are borrowed until the co_await is over.
inline AwaitedOperation async(Backend& backend, Operation operation, Deadline deadline) {
  return {backend, std::move(operation), deadline};
}

}  // namespace larder

#endif
