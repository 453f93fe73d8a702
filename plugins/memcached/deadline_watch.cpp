// SPDX-License-Identifier: Apache-2.0
#include "deadline_watch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace larder::memcached {

namespace {

// With nothing pending there is nothing to wake for; this only keeps the wait finite.
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

// The thread publishes how long it will sleep and then looks at the workers' limits once more; here it is
// the other way round. Whichever order the two meet in, one of them sees the other's.
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
