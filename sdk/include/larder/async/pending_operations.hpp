// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_PENDING_OPERATIONS_HPP
#define LARDER_ASYNC_PENDING_OPERATIONS_HPP

#include <larder/async/inbox.hpp>
#include <larder/async/operation_counters.hpp>
#include <larder/async/waiter.hpp>
#include <larder/plugin.hpp>
#include <larder/timer_wheel.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace larder::plugin {

/// Returns true if performing `op` may change stored data. If it is unknown whether the server has
/// performed it, its status is LARDER_UNKNOWN_RESULT.
bool changesTheStore(const larder_op& op);

/// Base class of what a channel stores for an accepted operation, from its arrival until its slot is free. It
/// must not move between begin and the end of the operation.
class PendingOperation : private TimerWheel::Timer {
 public:
  /// The host's operation; nullptr once it has completed. The object may then still hold the slot of a reply
  /// that is outstanding. Set and reset only by PendingOperations.
  larder_op* op = nullptr;

 private:
  friend class PendingOperations;

  Waiter* waiter_ = nullptr;          // nullptr: op->complete is called
  larder_status* result_ = nullptr;   // set with a waiter
  std::uint64_t bytes_ = 0;           // bytes of its slot in the inbox
  PendingOperation* next_ = nullptr;  // next in the same bucket of the index
};

/// Completes accepted operations, each exactly once: by a result, at its deadline, or by a cancel, whichever
/// comes first. Deadlines are timers of a TimerWheel, and an index finds the operation to cancel, so that
/// each of begin, find and complete takes constant time, whatever is pending.
///
/// Used only by the driver of a channel. It holds no lock when an operation completes, so a completion may
/// submit and cancel: both go through the inbox and change nothing here.
class PendingOperations {
 public:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  /// `operations` is the largest number that `inbox` holds. An operation without a deadline ends
  /// `longest` after its arrival. `nowNs` is the time on the clock of all later calls. Throws std::bad_alloc.
  PendingOperations(Inbox& inbox, OperationCounters& counters, std::size_t operations,
                    std::chrono::nanoseconds longest, std::uint64_t nowNs);

  /// Takes an arrival that is not a cancel.
  void begin(PendingOperation& pending, const Arrival& arrival, std::uint64_t nowNs) noexcept;

  /// Completes an arrival that the channel cannot store, and frees its slot.
  void refuse(const Arrival& arrival, larder_status status, std::string_view why) noexcept;

  /// Returns the operation that is pending for `op`; nullptr if it has completed.
  PendingOperation* find(const larder_op* op) const noexcept;

  /// Completes the operation that is pending for `op` with LARDER_CANCELLED, if there is one.
  void cancel(const larder_op* op) noexcept;

  /// Completes an operation. `why` is the reason for a failure. The host may reuse the operation from here
  /// on. REQUIRES: pending.op is set.
  void complete(PendingOperation& pending, larder_status status, std::string_view why) noexcept;

  /// Like complete, but keeps the operation's error text.
  void complete(PendingOperation& pending, larder_status status) noexcept;

  /// Frees the slot of an operation: once for each, before or after it has completed.
  void freePlace(const PendingOperation& pending) noexcept { inbox_.freePlace(pending.bytes_); }

  /// Completes the operations whose deadline has passed with LARDER_DEADLINE; `why` returns the reason for a
  /// PendingOperation&.
  template <class Why>
  void expire(std::uint64_t nowNs, Why&& why) {
    deadlines_.advance(TimerWheel::Time(static_cast<std::int64_t>(nowNs)),
                       std::numeric_limits<std::size_t>::max(), [&](TimerWheel::Timer& timer) {
                         auto& pending = static_cast<PendingOperation&>(timer);
                         complete(pending, LARDER_DEADLINE, why(pending));
                       });
  }

  /// Returns the time by which expire must be called; `never` if no operation is pending.
  std::uint64_t wakeNs() const noexcept;

  std::size_t size() const { return deadlines_.size(); }

 private:
  std::size_t bucketOf(const larder_op* op) const noexcept;
  void forget(PendingOperation& pending) noexcept;
  void deliver(larder_op* op, Waiter* waiter, larder_status* result, larder_status status) noexcept;

  Inbox& inbox_;
  OperationCounters& counters_;
  const std::uint64_t longestNs_;
  TimerWheel deadlines_;
  std::vector<PendingOperation*> buckets_;  // their number is a power of two; each heads a list
};

}  // namespace larder::plugin

#endif
