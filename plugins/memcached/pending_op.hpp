// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PENDING_OP_HPP
#define LARDER_MEMCACHED_PENDING_OP_HPP

#include "counters.hpp"
#include "pending_gate.hpp"

#include <larder/abi.h>
#include <larder/async/waiter.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace larder::memcached {

/// Owns bytes that libmemcached allocated with malloc.
struct MallocFree {
  void operator()(char* memory) const { std::free(memory); }
};
using MallocBytes = std::unique_ptr<char, MallocFree>;

/// The result of an operation.
struct Answer {
  larder_status status = LARDER_INTERNAL;
  std::string error{};  ///< the reason, for a failure
  std::uint64_t version = 0;
  std::int64_t ttlMs = 0;
  std::int64_t number = 0;   ///< INCREMENT: the sum
  MallocBytes bytes{};       ///< GET: the bytes that `value` points into
  std::string_view value{};  ///< GET
};

/// Returns a failure with its reason, which is left out if there is no memory for it.
Answer failed(larder_status status, std::string_view why) noexcept;

struct Task;

/// A pending operation of the host.
///
/// It holds copies of all its data, so that it can be completed at any moment by the first of these events:
/// the worker's result, the deadline, a cancel or the end of the backend. Only the code that completes it
/// touches the host's larder_op; a late worker finds the operation done and moves on. Any thread may call the
/// const members and the completing members; the other members belong to the worker that runs the operation.
class PendingOp {
 public:
  struct Context {
    Counters& counters;
    PendingGate& gate;  ///< the gate that the operation has entered
  };

  /// How the host receives the result: through op.complete, or through `*result` and `waiter` if that is
  /// NULL.
  struct Destination {
    larder_status* result;
    plugin::Waiter* waiter;
  };

  /// `limitNs` is the time at which the operation ends even without a reply: its deadline, or a later default
  /// if it has none. Throws std::bad_alloc.
  PendingOp(larder_op& op, Context context, Destination destination, std::uint64_t version,
            std::int64_t nowRealtimeMs, std::uint64_t limitNs, std::uint64_t route);

  /// Returns the size that the gate counts for an operation: the size of its entry.
  static std::uint64_t bytesOf(const larder_op& op);

  std::uint32_t opcode() const { return opcode_; }
  bool has(std::uint32_t flag) const { return (flags_ & flag) != 0; }
  std::uint32_t flags() const { return flags_; }
  bool isRead() const;
  std::size_t size() const { return entry_.size(); }
  /// Returns the operation as a task for the pipeline; the task borrows from the operation.
  Task task() const;
  std::int64_t ttlMs() const { return ttlMs_; }
  std::uint64_t expectedVersion() const { return expectedVersion_; }
  std::uint64_t version() const { return version_; }
  std::int64_t expiresMs() const { return expiresMs_; }
  std::uint64_t limitNs() const { return limitNs_; }
  std::uint64_t route() const { return route_; }
  std::string_view nameSpace() const;
  std::string_view key() const;
  /// SET and COMPARE_SET: the value to store. LOCK and UNLOCK: the token.
  std::string_view value() const;
  std::string_view expected() const { return expected_; }  ///< COMPARE_SET
  std::int64_t number() const { return number_; }          ///< INCREMENT

  bool isDone() const { return done_.load(std::memory_order_acquire); }
  bool isPendingFor(const larder_op& op) const { return &op == op_ && !isDone(); }

  /// Returns the entry to store; without a value if the operation has none.
  std::span<char> entry() { return entry_; }

  /// Splits the operation across this many servers. It completes with the first failure if there is one, and
  /// otherwise with the last reply; a PING succeeds if any server replies. Call this before the operation
  /// starts.
  void splitInto(std::uint32_t parts) { partsLeft_ = parts; }

  /// Marks the operation as begun by a worker; returns false if it is already done.
  bool begin();

  /// Answers one part of the operation, which is all of it unless it was split.
  void answer(Answer&& answer);

  /// Completes the whole operation, unless it is already done.
  void complete(Answer&& answer) noexcept;

  /// Completes the operation because its time has run out.
  void lapse();

 private:
  void deliver(Answer& answer) noexcept;
  Answer takeMerged();

  larder_op* const op_;
  const Context context_;
  const Destination destination_;
  const std::uint32_t opcode_;
  const std::uint32_t flags_;
  const std::int64_t ttlMs_;
  const std::uint64_t expectedVersion_;
  const std::uint64_t version_;
  const std::int64_t expiresMs_;
  const std::uint64_t limitNs_;
  const bool hasDeadline_;
  const std::uint64_t route_;
  const std::size_t spaceSize_;
  const std::size_t keySize_;
  const std::uint64_t bytes_;  // counted in the gate
  const std::int64_t number_;
  const std::string expected_;
  std::string entry_;

  std::atomic<bool> begun_{false};
  std::atomic<bool> done_{false};
  std::mutex merging_;
  std::uint32_t partsLeft_ = 1;
  bool somePartHappened_ = false;
  Answer merged_{LARDER_OK};  ///< the first failure of the parts, or else the last answer
};

/// Writes a result into `op`, except for its status.
void fill(larder_op& op, Answer& answer) noexcept;

using PendingOpPtr = std::shared_ptr<PendingOp>;

}  // namespace larder::memcached

#endif
