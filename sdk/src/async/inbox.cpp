// SPDX-License-Identifier: Apache-2.0
#include <larder/async/inbox.hpp>

#include <utility>

namespace larder::plugin {
namespace {

// How long the I/O thread stands by for the next lone caller. While it stands by, no thread notices that the
// server closes the connection.
constexpr std::chrono::milliseconds standByTime{20};

}  // namespace

Inbox::Inbox(std::size_t operations, std::uint64_t bytes, OperationCounters& counters)
    : limit_(operations, bytes), counters_(counters) {
  arrivals_.reserve(2 * operations);
  taken_.reserve(2 * operations);
}

larder_status Inbox::admit(larder_op& op) {
  if (availability_.load(std::memory_order_relaxed) != LARDER_OK) return refuseForAvailability(op);
  if (!limit_.enter(bytesOf(op)))
    return fail(op, LARDER_OVERLOADED, "too many operations are waiting for the server");
  counters_.pending.fetch_add(1, std::memory_order_relaxed);
  return LARDER_PENDING;
}

larder_status Inbox::refuseForAvailability(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const larder_status status = availability_.load(std::memory_order_relaxed);
  return fail(op, status != LARDER_OK ? status : LARDER_UNAVAILABLE, reason_);
}

bool Inbox::post(larder_op* const* ops, std::uint32_t count, larder_status* results, Waiter& waiter) {
  const std::lock_guard lock(mutex_);
  bool blocking = true;
  std::uint64_t accepted = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (results[i] != LARDER_PENDING) continue;
    const bool waits = ops[i]->complete == nullptr;
    arrivals_.push_back({ops[i], waits ? &results[i] : nullptr, waits ? &waiter : nullptr, false});
    blocking = blocking && waits;
    ++accepted;
  }
  loneCallers_ = blocking && counters_.pending.load(std::memory_order_relaxed) == accepted;
  if (loneCallers_ && driver_ == Driver::none && !threadWanted_) {
    driver_ = Driver::caller;
    driven_ = true;
    return true;
  }
  wakeLocked();
  return false;
}

std::optional<Inbox::Batch> Inbox::takeIfAlone() {
  const std::lock_guard lock(mutex_);
  if (threadWanted_) return std::nullopt;
  return takeLocked();
}

void Inbox::leave(bool unfinished) {
  const std::lock_guard lock(mutex_);
  driver_ = Driver::none;
  resting_ = false;
  threadWanted_ = threadWanted_ || unfinished;
  if (threadWanted_) called_.notify_one();
}

void Inbox::standBy() {
  std::unique_lock lock(mutex_);
  if (!std::exchange(loneCallers_, false) || !arrivals_.empty() || closed_ || hasOrdersLocked()) return;
  driver_ = Driver::none;
  threadWanted_ = false;
  const auto mayReturn = [this] { return threadWanted_ && driver_ == Driver::none; };
  do {
    driven_ = driver_ == Driver::caller;
    if (called_.wait_for(lock, standByTime, mayReturn)) break;
  } while (driven_ || driver_ == Driver::caller);
  driver_ = Driver::thread;
  loneCallers_ = false;
}

void Inbox::cancel(larder_op& op) {
  const std::lock_guard lock(mutex_);
  // There cannot be more pending operations than this, so further cancels are duplicates.
  if (cancels_ == limit_.operations()) return;
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

void Inbox::callThread() {
  const std::lock_guard lock(mutex_);
  orders_.call = true;
  wakeLocked();
}

Inbox::Batch Inbox::take() {
  const std::lock_guard lock(mutex_);
  return takeLocked();
}

Inbox::Batch Inbox::takeLocked() {
  taken_.clear();
  resting_ = false;
  cancels_ = 0;
  std::swap(taken_, arrivals_);
  return {taken_, std::exchange(orders_, Orders{})};
}

bool Inbox::mayRest() {
  const std::lock_guard lock(mutex_);
  // Set by the thread that runs the completions, so the last completion has returned.
  if (closed_ && counters_.pending.load() == 0) {
    idle_ = true;
    becameIdle_.notify_all();
  }
  resting_ = arrivals_.empty() && !hasOrdersLocked();
  if (driver_ == Driver::caller && threadWanted_) resting_ = false;
  return resting_;
}

void Inbox::setAvailability(larder_status status, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  reason_ = reason;
  availability_.store(status, std::memory_order_relaxed);
}

void Inbox::wakeLocked() {
  if (driver_ != Driver::thread) {
    threadWanted_ = true;
    if (driver_ == Driver::none) called_.notify_one();
  }
  if (std::exchange(resting_, false)) wakeUp_.ring();
}

}  // namespace larder::plugin
