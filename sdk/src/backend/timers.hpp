// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_TIMERS_HPP
#define LARDER_BACKEND_TIMERS_HPP

#include <larder/host_services.hpp>
#include <larder/timer_wheel.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace larder {

/// Runs tasks at given times on one thread, which starts with the first timer and sleeps until the next one
/// is due. Arming and cancelling are O(1). A task must not block: it would delay all others.
///
/// The thread sleeps in real time and reads the clock when it wakes, at least every 50 ms while a timer is
/// armed. A clock that a test advances is therefore noticed within 50 ms.
///
/// Thread-safe. The destructor waits for a running task; no task begins after it.
class Timers {
 public:
  using Time = std::chrono::nanoseconds;
  using Task = std::function<void()>;
  class Timer;
  class Handle;

  /// `clock` is borrowed and must outlive the timers. `thread_name` has at most 15 bytes.
  Timers(const Clock& clock, std::string thread_name);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// Runs `task` at `due` by the clock, or at once if `due` is past, unless the handle is destroyed first.
  /// Throws std::system_error if the thread cannot start; nothing is armed then.
  [[nodiscard]] Handle arm(Time due, Task task);

  /// Runs `task` once `delay` has passed; otherwise the same as arm().
  [[nodiscard]] Handle armAfter(Time delay, Task task);

  /// Arms a timer that is part of another object and is not armed. Does not allocate.
  void arm(Timer& timer, Time due);
  /// Cancels a timer. Returns false if it is not armed: it is firing, has fired, or was never armed.
  bool cancel(Timer& timer);

  /// Returns the number of armed timers.
  std::size_t armed() const;

  /// Starts the thread, which arm() would otherwise do. Throws std::system_error.
  void start();

 private:
  void startLocked();
  Timer* takeAny();
  void run();

  const Clock& clock_;
  const std::string threadName_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  TimerWheel wheel_;
  Time sleepingUntil_{0};  // 0 while awake
  bool stopping_ = false;
  std::thread thread_;
};

/// A one-shot timer that is part of another object. The object must stay alive while the timer is armed;
/// fire() and drop() may destroy it.
class Timers::Timer : private TimerWheel::Timer {
 public:
  Timer() = default;

 protected:
  virtual ~Timer() = default;

 private:
  friend class Timers;
  virtual void fire() noexcept = 0;
  /// Called instead of fire() if the timer is still armed when the Timers are destroyed.
  virtual void drop() noexcept = 0;
};

/// An armed task. Move-only; the destructor cancels it. May outlive the Timers, but must not be cancelled
/// while they are being destroyed on another thread.
class Timers::Handle {
 public:
  Handle() = default;
  Handle(Handle&& other) noexcept = default;
  Handle& operator=(Handle&& other) noexcept {
    cancel();
    scheduled_ = std::move(other.scheduled_);
    return *this;
  }
  ~Handle() { cancel(); }

  /// Cancels the task. Returns true if it will not run; it and everything it held have then been destroyed.
  /// Returns false if it is running, has run, was dropped or was already cancelled. Does not wait.
  bool cancel() noexcept;

 private:
  friend class Timers;
  struct Scheduled;
  explicit Handle(std::shared_ptr<Scheduled> scheduled) : scheduled_(std::move(scheduled)) {}
  std::shared_ptr<Scheduled> scheduled_;
};

}  // namespace larder

#endif
