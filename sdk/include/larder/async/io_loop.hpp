// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_IO_LOOP_HPP
#define LARDER_ASYNC_IO_LOOP_HPP

#include <larder/async/inbox.hpp>
#include <larder/async/plugin_thread.hpp>
#include <larder/async/reply_polling.hpp>
#include <larder/async/waiter.hpp>
#include <larder/plugin.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace larder::plugin {

/// What an IoLoop drives: a connection and the operations that wait for it. Only the driver calls it, one
/// call at a time. Times are nanoseconds on the host's monotonic clock.
///
/// A turn calls admit, attend, transmit and, after the wait, handle. Each of them may throw, for example
/// std::bad_alloc; the loop then calls fail. Every operation must complete nevertheless.
class Channel {
 public:
  virtual ~Channel() = default;

  /// Takes new operations and cancels, in order. Must not throw, because no other code knows of them yet.
  virtual void admit(const std::vector<Arrival>& arrivals, std::uint64_t now) noexcept = 0;

  /// Does work that is due besides the operations. Called only on the I/O thread, in each of its turns.
  virtual void attend(std::uint64_t /*now*/) {}

  /// Returns true if the connection is up: a single caller may then drive it.
  virtual bool isReady() const = 0;

  /// Returns true if no operation is pending and no reply is due.
  virtual bool isEmpty() const = 0;

  /// Sends pending bytes, as far as the socket accepts them.
  virtual void transmit(std::uint64_t now) = 0;

  /// Returns the descriptor to poll, or -1, and the events to poll it for.
  virtual int fd() const = 0;
  virtual short events() const = 0;

  /// Returns the time by which the next turn must begin.
  virtual std::uint64_t wakeNs() const = 0;

  /// Connects, receives and completes operations. `events` are those that poll reported for fd().
  virtual void handle(std::uint64_t now, short events) = 0;

  /// Completes all operations with `status`.
  virtual void completeAll(larder_status status, std::string_view reason) noexcept = 0;

  /// Called after a turn has failed halfway: drops the connection and completes all operations.
  virtual void fail(std::uint64_t now, std::string_view reason) noexcept = 0;
};

/// Drives a Channel, on its own thread or on that of a single caller that waits for its own operations.
class IoLoop {
 public:
  /// Starts a thread named `threadName`, of which the system keeps 15 bytes. `inbox` and `channel` must
  /// outlive the loop. Throws std::system_error.
  IoLoop(Host host, Inbox& inbox, Channel& channel, const std::string& threadName);

  /// Completes pending operations with LARDER_CLOSED and joins the thread.
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  /// Checks the deadline of a valid operation and reserves its slot: returns LARDER_PENDING, or the final
  /// status of an operation that is not sent. [any-thread]
  larder_status admit(larder_op& op, std::uint64_t now);

  /// Hands over all operations whose result is LARDER_PENDING, in one step, and blocks until those without
  /// `complete` are done. [any-thread]
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept;

  /// Implements Backend::drain: refuses new operations, waits for the pending ones until `deadlineNs`,
  /// and then completes them with LARDER_CLOSED.
  larder_status drain(std::uint64_t deadlineNs) noexcept;

  /// Returns true on the loop's own thread, that is, inside a completion.
  bool isCurrent() const { return thread_.isCurrent(); }

 private:
  void run();
  bool turn();
  void driveUntil(const Waiter& waiter) noexcept;
  bool turnOfCaller(const Waiter& waiter);
  short wait();
  short waitAsCaller();
  int pauseMs() const;

  const Host host_;
  Inbox& inbox_;
  Channel& channel_;
  ReplyPolling polling_;  // used by the driver
  PluginThread thread_;   // last, because it uses all members above
};

}  // namespace larder::plugin

#endif
