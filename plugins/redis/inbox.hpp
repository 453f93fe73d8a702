// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_INBOX_HPP
#define LARDER_REDIS_INBOX_HPP

#include "counters.hpp"
#include "redis_url.hpp"
#include "request.hpp"
#include "wake_up.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <larder/plugin.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

/// What a caller wants of the I/O thread: to perform `op`, or to cancel it.
struct Arrival {
  larder_op* op;
  larder_status* result;
  Waiter* waiter;
  bool cancel;
};

/// The door between callers and the driver of the connection: bounded, in order, and the only state that they
/// share beside Counters. The driver is woken only when it sleeps, once.
///
/// The driver is the I/O thread, or one caller. While single callers come one after the other, the thread
/// stands by, and each of them sends and receives for itself: that saves two changes of thread per operation.
/// Whatever else comes (a second caller, an operation with a completion, a cancel, an order) calls the
/// thread back, so no completion ever runs on the thread of a caller that waits for something else.
class Inbox {
 public:
  /// Takes at most `limit` operations that are not completed. Throws std::bad_alloc, std::system_error.
  Inbox(std::size_t limit, Counters& counters);

  // ---- For callers [any-thread] ----

  /// LARDER_PENDING and a place for one operation, which post or a later failure uses up; or why there is
  /// none, with a text in `op`.
  larder_status admit(larder_op& op);

  /// Hands over the operations whose result is LARDER_PENDING, all at once. True: the caller is the driver
  /// now, until it calls leave; only if all of the operations wait in `waiter`.
  bool post(larder_op* const* ops, std::uint32_t count, larder_status* results, Waiter& waiter);

  void cancel(larder_op& op);

  /// From now on admit answers LARDER_CLOSED.
  void close();

  /// Waits until no operation is pending, `patience` at most. True: none is. REQUIRES: close() was called.
  bool awaitIdle(std::chrono::nanoseconds patience);

  /// Asks the driver to complete all operations with LARDER_CLOSED.
  void cut();

  /// Asks the thread to end.
  void stop();

  /// Tells where the sentinels say that the master is.
  void tellMaster(const HostPort& master);

  struct Orders {
    bool cut = false;
    bool stop = false;
    std::optional<HostPort> master;  ///< where the sentinels say that it is
  };

  struct Batch {
    const std::vector<Arrival>& arrivals;  ///< in order; valid until the next take
    Orders orders;
  };

  // ---- For a caller that is the driver ----

  /// As take, unless the I/O thread is wanted: then the caller has to leave, and what came is not its to do.
  std::optional<Batch> takeIfAlone();

  /// The caller drives no longer. `unfinished`: the I/O thread must go on at once.
  void leave(bool unfinished);

  // ---- For the I/O thread ----

  /// Leaves the connection to single callers, until anything else comes or none has come for a while. Returns
  /// at once if it is not lone callers that come. REQUIRES: no operation is pending.
  void standBy();

  // ---- For the driver ----

  /// What has come in since the last call.
  Batch take();

  /// Returns true if nothing has arrived; then the next arrival rings wakeUp().
  bool mayRest();

  const WakeUp& wakeUp() const { return wakeUp_; }

  /// What admit answers; LARDER_OK: it takes operations.
  void setAvailability(larder_status status, std::string_view reason);

 private:
  enum class Driver : std::uint8_t { thread, caller, none };

  larder_status refuseForAvailability(larder_op& op);
  Batch takeLocked();
  bool hasOrdersLocked() const { return orders_.cut || orders_.stop || orders_.master; }
  void wakeLocked();

  const std::size_t limit_;
  Counters& counters_;
  WakeUp wakeUp_;
  std::atomic<larder_status> availability_{LARDER_OK};

  std::mutex mutex_;
  std::condition_variable becameIdle_;
  std::vector<Arrival> arrivals_;  // at most limit_ operations and limit_ cancels, reserved at the start
  std::size_t cancels_ = 0;        // among them
  Orders orders_;
  bool closed_ = false;
  bool idle_ = false;  // closed, and nothing is pending
  bool resting_ = false;
  Driver driver_ = Driver::thread;
  bool threadWanted_ = false;  // while it stands by
  bool loneCallers_ = false;   // the last operations that came were alone, and a caller waits for them
  bool driven_ = false;        // by a caller, since the thread last looked
  std::condition_variable called_;
  std::string reason_;  // of availability_

  std::vector<Arrival> taken_;  // the I/O thread's
};

}  // namespace larder::redis

#endif
