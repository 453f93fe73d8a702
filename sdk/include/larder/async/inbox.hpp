// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_INBOX_HPP
#define LARDER_ASYNC_INBOX_HPP

#include <larder/async/operation_counters.hpp>
#include <larder/async/operation_limit.hpp>
#include <larder/async/waiter.hpp>
#include <larder/async/wake_up.hpp>
#include <larder/plugin.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::plugin {

/// A request from a caller to the driver: perform `op`, or cancel it.
struct Arrival {
  larder_op* op;
  larder_status* result;  ///< set with a waiter
  Waiter* waiter;         ///< nullptr: op->complete is called
  bool cancel;
};

/// Hands operations from callers to the driver of a connection, in order and bounded. It is the only state
/// they share besides OperationCounters. The driver is woken only when it sleeps, and only once.
///
/// The driver is the I/O thread or one caller. While single callers arrive one after another, the thread is
/// on standby and each caller sends and receives for itself, which saves two thread switches per operation.
/// Anything else (a second caller, an operation with a completion, a cancel, an order) recalls the thread,
/// so no completion ever runs on the thread of a caller that waits for another operation.
class Inbox {
 public:
  /// Holds at most `operations` operations that have a slot, and at most `bytes` bytes of them (see
  /// bytesOf). Throws std::bad_alloc, std::system_error.
  Inbox(std::size_t operations, std::uint64_t bytes, OperationCounters& counters);

  // ---- For callers [any-thread] ----

  /// Reserves a slot for one operation and returns LARDER_PENDING; post uses the slot. Otherwise returns
  /// why there is no slot, and writes a text into `op`.
  larder_status admit(larder_op& op);

  /// Hands over all operations whose result is LARDER_PENDING, in one step. Returns true if the caller is now
  /// the driver, which it remains until it calls leave. That happens only if `waiter` waits for
  /// all the operations.
  bool post(larder_op* const* ops, std::uint32_t count, larder_status* results, Waiter& waiter);

  void cancel(larder_op& op);

  /// Makes admit return LARDER_CLOSED from now on.
  void close();

  /// Blocks until no operation is pending, for at most `patience`. Returns true if none is. REQUIRES: close()
  /// was called.
  bool awaitIdle(std::chrono::nanoseconds patience);

  /// Tells the driver to complete all operations with LARDER_CLOSED.
  void cut();

  /// Tells the I/O thread to end.
  void stop();

  /// Makes the I/O thread take a turn, in which Channel::attend is called.
  void callThread();

  struct Orders {
    bool cut = false;
    bool stop = false;
    bool call = false;
  };

  struct Batch {
    const std::vector<Arrival>& arrivals;  ///< in order; valid until the next take
    Orders orders;
  };

  // ---- For a caller that is the driver ----

  /// Like take, but returns nullopt if the I/O thread is needed: the caller must then leave, and the thread
  /// handles the arrivals.
  std::optional<Batch> takeIfAlone();

  /// Ends the caller's turn as the driver. `unfinished`: the I/O thread must take over at once.
  void leave(bool unfinished);

  // ---- For the I/O thread ----

  /// Leaves the connection to single callers until anything else arrives, or until no caller has arrived for
  /// a while. Returns at once unless the recent callers arrived singly. REQUIRES: no operation is pending.
  void standBy();

  // ---- For the driver ----

  /// Returns the arrivals and orders since the last call.
  Batch take();

  /// Returns true if nothing has arrived; the next arrival then rings wakeUp().
  bool mayRest();

  const WakeUp& wakeUp() const { return wakeUp_; }

  /// Sets the status that admit returns; LARDER_OK means that it accepts operations.
  void setAvailability(larder_status status, std::string_view reason);

  /// Frees the slot of an operation, see bytesOf.
  void freePlace(std::uint64_t bytes) { limit_.leave(bytes); }

 private:
  enum class Driver : std::uint8_t { thread, caller, none };

  larder_status refuseForAvailability(larder_op& op);
  Batch takeLocked();
  bool hasOrdersLocked() const { return orders_.cut || orders_.stop || orders_.call; }
  void wakeLocked();

  OperationLimit limit_;
  OperationCounters& counters_;
  WakeUp wakeUp_;
  std::atomic<larder_status> availability_{LARDER_OK};

  std::mutex mutex_;
  std::condition_variable becameIdle_;
  std::vector<Arrival>
      arrivals_;             // within its capacity: as many operations as have a slot, and as many cancels
  std::size_t cancels_ = 0;  // cancels in arrivals_
  Orders orders_;
  bool closed_ = false;
  bool idle_ = false;  // closed, and nothing is pending
  bool resting_ = false;
  Driver driver_ = Driver::thread;
  bool threadWanted_ = false;  // the thread on standby must take over
  bool loneCallers_ = false;   // the last arrivals came singly, and their caller waits for them
  bool driven_ = false;        // a caller has been the driver since the thread last checked
  std::condition_variable called_;
  std::string reason_;  // the reason for availability_

  std::vector<Arrival> taken_;  // the batch of the driver
};

}  // namespace larder::plugin

#endif
