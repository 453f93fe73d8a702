// SPDX-License-Identifier: Apache-2.0
#include "inbox.hpp"

#include <utility>

namespace larder::redis {
Inbox::Inbox(std::size_t limit, Counters& counters) : limit_(limit), counters_(counters) {
  arrivals_.reserve(2 * limit);
  taken_.reserve(2 * limit);
}

larder_status Inbox::admit(larder_op& op) {
  if (availability_.load(std::memory_order_relaxed) != LARDER_OK) return refuseForAvailability(op);
  if (counters_.occupied.fetch_add(1, std::memory_order_relaxed) >= limit_) {
    counters_.occupied.fetch_sub(1, std::memory_order_relaxed);
    return plugin::fail(op, LARDER_OVERLOADED, "max_pending operations are waiting for redis");
  }
  counters_.pending.fetch_add(1, std::memory_order_relaxed);
  return LARDER_PENDING;
}

larder_status Inbox::refuseForAvailability(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const larder_status status = availability_.load(std::memory_order_relaxed);
  return plugin::fail(op, status != LARDER_OK ? status : LARDER_UNAVAILABLE, reason_);
}

void Inbox::post(larder_op* const* ops, std::uint32_t count, larder_status* results, Waiter& waiter) {
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (results[i] != LARDER_PENDING) continue;
    const bool blocking = ops[i]->complete == nullptr;
    arrivals_.push_back({ops[i], blocking ? &results[i] : nullptr, blocking ? &waiter : nullptr, false});
  }
  wakeLocked();
}

void Inbox::cancel(larder_op& op) {
  const std::lock_guard lock(mutex_);
  // More cancels than there can be operations: someone repeats himself.
  if (cancels_ == limit_) return;
  ++cancels_;
  arrivals_.push_back({&op, nullptr, nullptr, true});
  wakeLocked();
}

void Inbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  reason_ = "the backend is drained";
  availability_.store(LARDER_CLOSED, std::memory_order_relaxed);
  wakeLocked();
}

bool Inbox::awaitIdle(std::chrono::nanoseconds patience) {
  std::unique_lock lock(mutex_);
  return becameIdle_.wait_for(lock, patience, [this] { return idle_; });
}

void Inbox::cut() {
  const std::lock_guard lock(mutex_);
  orders_.cut = true;
  wakeLocked();
}

void Inbox::stop() {
  const std::lock_guard lock(mutex_);
  orders_.stop = true;
  wakeLocked();
}

Inbox::Batch Inbox::take() {
  taken_.clear();
  const std::lock_guard lock(mutex_);
  resting_ = false;
  cancels_ = 0;
  std::swap(taken_, arrivals_);
  return {taken_, std::exchange(orders_, Orders{})};
}

bool Inbox::mayRest() {
  const std::lock_guard lock(mutex_);
  // Said by the thread that runs the completions, so the last of them has returned.
  if (closed_ && counters_.pending.load() == 0) {
    idle_ = true;
    becameIdle_.notify_all();
  }
  resting_ = arrivals_.empty() && !orders_.cut && !orders_.stop;
  return resting_;
}

void Inbox::setAvailability(larder_status status, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  reason_ = reason;
  availability_.store(status, std::memory_order_relaxed);
}

void Inbox::wakeLocked() {
  if (std::exchange(resting_, false)) wakeUp_.ring();
}

}  // namespace larder::redis
