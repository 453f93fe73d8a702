// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_PENDING_BATCH_HPP
#define LARDER_BACKEND_PENDING_BATCH_HPP

#include <larder/backend.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace larder {

/// Fills the members of `op` that the host writes. Keys and values stay borrowed.
void fillOp(larder_op& op, const Operation& operation, Deadline deadline);
/// What a completed operation left, which takes over its value. `lender` keeps open what owns the value.
Outcome takeOutcome(const larder_op& op, larder_status status, const Use& lender);

class DeadlineWatch;

/// A group of operations on their way through a backend that may answer later, with copies of their keys and
/// values. It has several owners: the plugin, once for each operation not yet completed, and the host. So
/// when the host gives up at the deadline, a plugin that answers late, or never, still finds its memory.
///
/// Each operation is decided once: by the plugin's completion or by expire(). Whoever decides the last one
/// delivers the outcomes.
class PendingBatch {
 public:
  class Owner;  // a counted reference

  /// `use` keeps the plugin open until the outcomes were delivered, and longer for each value among them.
  static Owner make(std::span<const Operation> operations, Deadline deadline, const Use& use,
                    Backend::Callback done);

  /// Hands the operations to the plugin. Outcomes may be delivered before this returns.
  void submit(const larder_backend& plugin);

  /// Gives undecided operations Status::deadline and tells the plugin to forget them.
  void expire(const larder_backend& plugin);

  /// Waits until the outcomes were delivered, and the use and the callback are gone; false if that took
  /// longer than `timeout`.
  bool waitFor(std::chrono::nanoseconds timeout) { return delivered_.try_acquire_for(timeout); }
  /// After expire(): the last decision has been made, its delivery is under way.
  void wait() { delivered_.acquire(); }

  Deadline deadline() const { return deadline_; }

 private:
  enum class Decision : std::uint8_t { open, completed, abandoned };

  struct Slot {
    larder_op op{};  // first, so that a completed operation leads to its slot
    larder_status status = LARDER_INTERNAL;
    std::atomic<Decision> decision{Decision::open};
    std::array<char, 128> error;
  };

  PendingBatch(std::span<const Operation> operations, Deadline deadline, Use use, Backend::Callback done);
  static void onComplete(larder_op* op, larder_status status) noexcept;
  void complete(Slot& slot, larder_status status);
  void decided();
  void deliver();
  void handOver();
  void release();

  const Deadline deadline_;
  Use use_;  // until delivered
  Backend::Callback done_;
  std::string bytes_;  // the keys and values
  std::vector<Slot> slots_;
  std::atomic<std::size_t> undecided_;
  std::atomic<std::size_t> owners_{1};
  std::binary_semaphore delivered_{0};
  // Where the watch keeps it; guarded by the watch's mutex.
  DeadlineWatch* watch_ = nullptr;
  std::list<Owner>::iterator place_;
  friend class DeadlineWatch;
};

class PendingBatch::Owner {
 public:
  Owner() = default;
  explicit Owner(PendingBatch* batch) : batch_(batch) {}
  Owner(const Owner& other) : batch_(other.batch_) {
    if (batch_ != nullptr) batch_->owners_.fetch_add(1, std::memory_order_relaxed);
  }
  Owner(Owner&& other) noexcept : batch_(std::exchange(other.batch_, nullptr)) {}
  Owner& operator=(Owner other) noexcept {
    std::swap(batch_, other.batch_);
    return *this;
  }
  ~Owner() {
    if (batch_ != nullptr) batch_->release();
  }
  PendingBatch* operator->() const { return batch_; }

 private:
  PendingBatch* batch_ = nullptr;
};

/// Expires the batches that no thread waits for: one thread per backend, parked while there are none.
class DeadlineWatch {
 public:
  DeadlineWatch(const larder_backend& plugin, const Clock& clock);
  ~DeadlineWatch();
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;

  void add(const PendingBatch::Owner& batch);
  /// Forgets a batch that was added, if it has not been expired already.
  void remove(PendingBatch& batch);

 private:
  void run();
  std::vector<PendingBatch::Owner> takeExpired();

  const larder_backend& plugin_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<PendingBatch::Owner> batches_;
  bool parked_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace larder

#endif
