// SPDX-License-Identifier: Apache-2.0
#include "backend/timers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "backend/named_thread.hpp"

namespace larder {
namespace {

// The thread's longest sleep while a timer is armed.
constexpr std::chrono::milliseconds kLongestSleep{50};
// The most timers taken out of the wheel at once, which bounds how long the lock is held.
constexpr std::size_t kTurn = 64;

}  // namespace

// The timer and task behind a handle. Owns itself while armed.
struct Timers::Handle::Scheduled final : Timers::Timer {
  Scheduled(Timers& owner, Task what) : timers(owner), task(std::move(what)) {}

  void fire() noexcept override {
    const auto keep = std::move(self);
    const auto run = std::move(task);
    over.store(true, std::memory_order_release);
    run();
  }

  void drop() noexcept override {
    const auto keep = std::move(self);
    const auto dropped = std::move(task);
    over.store(true, std::memory_order_release);
  }

  Timers& timers;
  Task task;
  std::shared_ptr<Scheduled> self;
  std::atomic<bool> over{false};  // `timers` may be gone
};

bool Timers::Handle::cancel() noexcept {
  const auto scheduled = std::move(scheduled_);
  if (scheduled == nullptr || scheduled->over.load(std::memory_order_acquire)) return false;
  if (!scheduled->timers.cancel(*scheduled)) return false;
  scheduled->drop();
  return true;
}

Timers::Timers(const Clock& clock, std::string thread_name)
    : clock_(clock), threadName_(std::move(thread_name)), wheel_(clock.monotonic()) {}

Timers::~Timers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  // Drops tasks without the lock, since destroying what they hold may cancel other timers.
  while (Timer* const left = takeAny()) left->drop();
}

Timers::Timer* Timers::takeAny() {
  const std::lock_guard lock(mutex_);
  Timer* taken = nullptr;
  bool more = true;
  while (more && taken == nullptr)
    more = wheel_.advance(Time::max(), 1, [&taken](auto& timer) { taken = static_cast<Timer*>(&timer); });
  return taken;
}

Timers::Handle Timers::arm(Time due, Task task) {
  auto scheduled = std::make_shared<Handle::Scheduled>(*this, std::move(task));
  scheduled->self = scheduled;
  try {
    arm(*scheduled, due);
  } catch (...) {
    scheduled->drop();
    throw;
  }
  return Handle(std::move(scheduled));
}

Timers::Handle Timers::armAfter(Time delay, Task task) {
  return arm(clock_.monotonic() + delay, std::move(task));
}

void Timers::arm(Timer& timer, Time due) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) startLocked();
  wheel_.arm(timer, due);
  if (due >= sleepingUntil_) return;
  sleepingUntil_ = Time(0);  // one notification is enough
  wake_.notify_one();
}

bool Timers::cancel(Timer& timer) {
  const std::lock_guard lock(mutex_);
  return wheel_.cancel(timer);
}

std::size_t Timers::armed() const {
  const std::lock_guard lock(mutex_);
  return wheel_.size();
}

void Timers::start() {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) startLocked();
}

void Timers::startLocked() {
  thread_ = startThread(threadName_, [this] { run(); });
}

void Timers::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::array<Timer*, kTurn> due{};
    std::size_t count = 0;
    const auto now = clock_.monotonic();
    const bool more = wheel_.advance(
        now, kTurn, [&due, &count](auto& timer) { due[count++] = static_cast<Timer*>(&timer); });
    if (count > 0) {
      lock.unlock();
      for (std::size_t i = 0; i < count; ++i) due[i]->fire();
      lock.lock();
    }
    if (count > 0 || more) continue;

    // Cancelling does not wake the thread. It may wake up once too early, and then sleeps until the next
    // timer or notification.
    const auto next = wheel_.next();
    if (!next) {
      sleepingUntil_ = Time::max();
      wake_.wait(lock);
    } else {
      sleepingUntil_ = std::min<Time>(*next, now + kLongestSleep);
      wake_.wait_for(lock, sleepingUntil_ - now);
    }
    sleepingUntil_ = Time(0);
  }
}

}  // namespace larder
