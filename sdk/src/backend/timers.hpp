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

/// Runs tasks at their times, on one thread, which starts with the first timer and sleeps until the next one
/// is due. Arming and cancelling are O(1). A task must not wait: it delays all others.
///
/// The thread sleeps in real time and reads the clock when it wakes, at least every 50 ms while a timer is
/// armed; so a clock that a test moves by hand is noticed within that.
///
/// Thread-safe. The destructor waits for the task that runs, if one does; no task begins after it.
class Timers {
 public:
  using Time = std::chrono::nanoseconds;
  using Task = std::function<void()>;
  class Timer;
  class Handle;

  /// `clock` must outlive the timers. `thread_name` has up to 15 bytes.
  Timers(const Clock& clock, std::string thread_name);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// Runs `task` at `due`, a time on the clock, or at once if that is past; not if the handle goes before.
  /// Throws std::system_error if the thread cannot start; then nothing is armed.
  [[nodiscard]] Handle arm(Time due, Task task);

  /// `delay` from now.
  [[nodiscard]] Handle armAfter(Time delay, Task task);

  /// The same without allocation, for a timer that is part of another object and is not armed.
  void arm(Timer& timer, Time due);
  /// False if the timer is not armed: it fires, has fired, or was never armed.
  bool cancel(Timer& timer);

  /// How many are armed now.
  std::size_t armed() const;

  /// Starts the thread, which arm() does otherwise. Throws std::system_error.
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

/// Part of an object that fires once. While it is armed, the object must stay; fire() and drop() may destroy
/// it.
class Timers::Timer : private TimerWheel::Timer {
 public:
  Timer() = default;

 protected:
  virtual ~Timer() = default;

 private:
  friend class Timers;
  virtual void fire() noexcept = 0;
  /// Instead of fire(), for a timer that is still armed when the Timers go.
  virtual void drop() noexcept = 0;
};

/// An armed task. Move-only; its destructor cancels. May outlive the Timers, but is not cancelled while they
/// are being destroyed on another thread.
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

  /// True if the task will not run, and is gone by now with all that it held. False if it runs, has run, was
  /// cancelled before or dropped. Does not wait.
  bool cancel() noexcept;

 private:
  friend class Timers;
  struct Scheduled;
  explicit Handle(std::shared_ptr<Scheduled> scheduled) : scheduled_(std::move(scheduled)) {}
  std::shared_ptr<Scheduled> scheduled_;
};

}  // namespace larder

#endif
