// SPDX-License-Identifier: Apache-2.0
#include "async_reference.hpp"

#include <pthread.h>
#include <signal.h>

#include <chrono>

namespace larder::broken {
namespace {

using namespace std::chrono_literals;

// Signals belong to the host. A thread inherits the signal mask of the thread that starts it.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Blocks one caller until its operation completes.
class Waiter {
 public:
  void wake(larder_status status) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    changed_.notify_all();
  }
  larder_status wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return status_ != LARDER_PENDING; });
    return status_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  larder_status status_ = LARDER_PENDING;
};

}  // namespace

// The worker calls no virtual function before the first operation, when derived classes are fully
// constructed.
AsyncReference::AsyncReference(plugin::Host host, const plugin::Settings& settings, ThreadManners manners)
    : Reference(host, settings) {
  start(manners);
}

AsyncReference::~AsyncReference() {
  {
    const std::lock_guard lock(queueMutex_);
    stopping_ = true;
    queueChanged_.notify_all();
  }
  worker_.join();
}

void AsyncReference::start(ThreadManners manners) {
  std::unique_ptr<AllSignalsBlocked> blocked;
  if (manners.blocksSignals) blocked = std::make_unique<AllSignalsBlocked>();
  worker_ = std::thread([this] { work(); });
  if (manners.named) ::pthread_setname_np(worker_.native_handle(), "reference");
}

std::uint64_t AsyncReference::capabilities() const { return LARDER_CAP_ASYNC | plugin::allCoreCapabilities; }

void AsyncReference::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  for (std::uint32_t i = 0; i < count; ++i) {
    larder_op& op = *ops[i];
    results[i] = op.complete != nullptr ? enqueue(op) : performAndWait(op);
  }
}

larder_status AsyncReference::enqueue(larder_op& op) noexcept {
  const std::lock_guard lock(queueMutex_);
  if (pending_ >= kMostPending) {
    plugin::releaseDonation(op);
    count(op, LARDER_OVERLOADED);
    return LARDER_OVERLOADED;
  }
  queue_.push_back(&op);
  ++pending_;
  if (queue_.size() == 1) queueChanged_.notify_all();
  return LARDER_PENDING;
}

// An operation whose status submit must return is queued behind the writes submitted before it.
larder_status AsyncReference::performAndWait(larder_op& op) noexcept {
  Waiter waiter;
  void* const user = op.user;
  op.user = &waiter;
  op.complete = [](larder_op* done, larder_status status) { static_cast<Waiter*>(done->user)->wake(status); };
  larder_status status = enqueue(op);
  if (status == LARDER_PENDING) status = waiter.wait();
  op.complete = nullptr;
  op.user = user;
  return status;
}

void AsyncReference::work() {
  std::unique_lock lock(queueMutex_);
  for (;;) {
    queueChanged_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    larder_op& op = *queue_.front();
    queue_.pop_front();
    const bool cut = cutting_;
    completing_ = true;
    lock.unlock();

    if (cut) plugin::releaseDonation(op);
    const larder_status status = cut ? LARDER_CLOSED : answer(op);
    lock.lock();
    // Decremented before the host learns of the completion, so that it never sees a pending operation in an
    // idle backend.
    --pending_;
    lock.unlock();
    complete(op, status);

    lock.lock();
    completing_ = false;
    if (pending_ == 0) queueChanged_.notify_all();
  }
}

void AsyncReference::complete(larder_op& op, larder_status status) noexcept { op.complete(&op, status); }

void AsyncReference::stats(larder_stats& stats) const noexcept {
  Reference::stats(stats);
  const std::lock_guard lock(queueMutex_);
  stats.pending = pending_;
}

// Polls the host's clock, because a test may move it.
larder_status AsyncReference::drain(std::uint64_t deadline_ns) noexcept {
  std::unique_lock lock(queueMutex_);
  const auto idle = [this] { return pending_ == 0 && !completing_; };
  while (!idle() && host_.monotonicNs() < deadline_ns) queueChanged_.wait_for(lock, 1ms);
  const bool cut_some = pending_ > 0;
  cutting_ = true;
  queueChanged_.wait(lock, idle);
  cutting_ = false;
  return cut_some ? LARDER_DEADLINE : LARDER_OK;
}

}  // namespace larder::broken
