// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PENDING_OP_HPP
#define LARDER_MEMCACHED_PENDING_OP_HPP

#include "counters.hpp"
#include "pending_gate.hpp"

#include <larder/abi.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace larder::memcached {

/// Bytes that libmemcached allocated with malloc.
struct MallocFree {
  void operator()(char* memory) const { std::free(memory); }
};
using MallocBytes = std::unique_ptr<char, MallocFree>;

/// What an operation completes with.
struct Answer {
  larder_status status = LARDER_INTERNAL;
  std::string error{};  ///< of a failure
  std::uint64_t version = 0;
  std::int64_t ttlMs = 0;
  std::int64_t number = 0;   ///< INCREMENT: the sum
  MallocBytes bytes{};       ///< GET: what `value` points into
  std::string_view value{};  ///< GET
};

/// A failure and its reason, which is left out if there is no memory for it.
Answer failed(larder_status status, std::string_view why) noexcept;

struct Task;

/// Lets a thread wait for operations whose host gave no callback. Thread-safe.
class Waiters {
 public:
  void add();  ///< before the operation starts
  void done();
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::uint32_t waiting_ = 0;
};

/// An operation of the host's on its way.
///
/// Carries copies of all it needs, so that it can be completed at any moment, by the first of these to come:
/// the worker that has the answer, the deadline, a cancel or the end of the backend. Only that one touches
/// the host's larder_op; a worker that is late finds the operation done and moves on. The const members and
/// the completing ones may be called by any thread; the rest belongs to the worker that runs the operation.
class PendingOp {
 public:
  struct Context {
    Counters& counters;
    PendingGate& gate;  ///< the operation has entered it
  };

  /// How the host learns the outcome: through op.complete, or `*result` and `waiters` if that is NULL.
  struct Destination {
    larder_status* result;
    Waiters* waiters;
  };

  /// `limitNs` is when the operation ends by itself: its deadline, or later if it brought none. Throws
  /// std::bad_alloc.
  PendingOp(larder_op& op, Context context, Destination destination, std::uint64_t version,
            std::int64_t nowRealtimeMs, std::uint64_t limitNs, std::uint64_t route);

  /// What an operation counts for in the gate: the size of its entry.
  static std::uint64_t bytesOf(const larder_op& op);

  std::uint32_t opcode() const { return opcode_; }
  bool has(std::uint32_t flag) const { return (flags_ & flag) != 0; }
  std::uint32_t flags() const { return flags_; }
  bool isRead() const;
  std::size_t size() const { return entry_.size(); }
  /// As the pipeline takes it; borrows from the operation.
  Task task() const;
  std::int64_t ttlMs() const { return ttlMs_; }
  std::uint64_t expectedVersion() const { return expectedVersion_; }
  std::uint64_t version() const { return version_; }
  std::int64_t expiresMs() const { return expiresMs_; }
  std::uint64_t limitNs() const { return limitNs_; }
  std::uint64_t route() const { return route_; }
  std::string_view nameSpace() const;
  std::string_view key() const;
  /// SET and COMPARE_SET: what to store. LOCK and UNLOCK: the token.
  std::string_view value() const;
  std::string_view expected() const { return expected_; }  ///< COMPARE_SET
  std::int64_t number() const { return number_; }          ///< INCREMENT

  bool isDone() const { return done_.load(std::memory_order_acquire); }
  bool isPendingFor(const larder_op& op) const { return &op == op_ && !isDone(); }

  /// The entry to store; without a value if the operation has none.
  std::span<char> entry() { return entry_; }

  /// Sends the operation to this many servers: it completes with the last one's answer, and with the first
  /// failure if there was one; a PING succeeds if one of them answers. Before it starts.
  void splitInto(std::uint32_t parts) { partsLeft_ = parts; }

  /// A worker begins with it; false if it is done already.
  bool begin();

  /// Answers a part of it: all of it, unless it was split.
  void answer(Answer&& answer);

  /// Completes it as a whole, unless that has happened.
  void complete(Answer&& answer) noexcept;

  /// Completes it because its time is over.
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
  const std::uint64_t bytes_;  // in the gate
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

/// Writes what an operation completes with into it, but for its status.
void fill(larder_op& op, Answer& answer) noexcept;

using PendingOpPtr = std::shared_ptr<PendingOp>;

}  // namespace larder::memcached

#endif
