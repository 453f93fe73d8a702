// SPDX-License-Identifier: Apache-2.0
#include "deadline_watch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace larder::memcached {

namespace {

// Without pending operations there is nothing to wake up for; this only keeps the wait finite.
constexpr std::uint64_t kLongestSleepNs = 60'000'000'000;

}  // namespace

DeadlineWatch::DeadlineWatch(plugin::Host host, std::span<const std::unique_ptr<Worker>> workers)
    : host_(host), workers_(workers), thread_("larder-memc-dl", [this] { run(); }) {}

DeadlineWatch::~DeadlineWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  earlier_.notify_one();
}

// The thread publishes its wake-up time and then checks the workers' limits once more; this function works in
// the opposite order. However the two interleave, one of them sees the other's write.
void DeadlineWatch::expect(std::uint64_t limitNs) {
  if (limitNs >= sleepsUntilNs_.load()) return;
  const std::lock_guard lock(mutex_);
  sleepsUntilNs_.store(0);
  earlier_.notify_one();
}

void DeadlineWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::uint64_t now = host_.monotonicNs();
    const std::uint64_t until = std::min(earliestLimit(), now + kLongestSleepNs);
    sleepsUntilNs_.store(until);
    if (until > now && earliestLimit() >= until) {
      const auto woken = [&] { return stopping_ || sleepsUntilNs_.load() != until; };
      earlier_.wait_for(lock, std::chrono::nanoseconds(until - now), woken);
    }
    if (stopping_) return;
    lock.unlock();
    completeLapsed();
    lock.lock();
  }
}

void DeadlineWatch::completeLapsed() {
  std::array<PendingOpPtr, 64> lapsed;
  const std::uint64_t now = host_.monotonicNs();
  for (const auto& worker : workers_) {
    while (const std::size_t count = worker->takeLapsed(now, lapsed)) {
      for (std::size_t i = 0; i < count; ++i) std::exchange(lapsed[i], nullptr)->lapse();
    }
  }
}

std::uint64_t DeadlineWatch::earliestLimit() const {
  std::uint64_t earliest = kNoLimit;
  for (const auto& worker : workers_) earliest = std::min(earliest, worker->nextLimitNs());
  return earliest;
}

}  // namespace larder::memcached
