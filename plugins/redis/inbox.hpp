// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_INBOX_HPP
#define LARDER_REDIS_INBOX_HPP

#include "counters.hpp"
#include "request.hpp"
#include "wake_up.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <larder/plugin.hpp>
#include <mutex>
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

/// The door between callers and the I/O thread: bounded, in order, and the only state that they share
/// beside Counters. The thread is woken only when it sleeps, once.
class Inbox {
 public:
  /// Takes at most `limit` operations that are not completed. Throws std::bad_alloc, std::system_error.
  Inbox(std::size_t limit, Counters& counters);

  // ---- For callers [any-thread] ----

  /// LARDER_PENDING and a place for one operation, which post or a later failure uses up; or why there is
  /// none, with a text in `op`.
  larder_status admit(larder_op& op);

  /// Hands over the operations whose result is LARDER_PENDING, all at once.
  void post(larder_op* const* ops, std::uint32_t count, larder_status* results, Waiter& waiter);

  void cancel(larder_op& op);

  /// From now on admit answers LARDER_CLOSED.
  void close();

  /// Waits until no operation is pending, `patience` at most. True: none is. REQUIRES: close() was called.
  bool awaitIdle(std::chrono::nanoseconds patience);

  /// Asks the thread to complete all operations with LARDER_CLOSED.
  void cut();

  /// Asks the thread to end.
  void stop();

  // ---- For the I/O thread ----

  struct Orders {
    bool cut = false;
    bool stop = false;
  };

  struct Batch {
    const std::vector<Arrival>& arrivals;  ///< in order; valid until the next take
    Orders orders;
  };

  /// What has come in since the last call.
  Batch take();

  /// True if nothing has arrived: then whoever comes next rings wakeUp().
  bool mayRest();

  const WakeUp& wakeUp() const { return wakeUp_; }

  /// What admit answers; LARDER_OK: it takes operations.
  void setAvailability(larder_status status, std::string_view reason);

 private:
  larder_status refuseForAvailability(larder_op& op);
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
  std::string reason_;  // of availability_

  std::vector<Arrival> taken_;  // the I/O thread's
};

}  // namespace larder::redis

#endif
