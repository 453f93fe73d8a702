// SPDX-License-Identifier: Apache-2.0
#include "caller_signal.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace larder::memcached {

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

void CallerSignal::send(std::uint32_t number) noexcept {
  number_.store(number, std::memory_order_release);
  ::syscall(SYS_futex, &number_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

std::uint32_t CallerSignal::await(std::chrono::nanoseconds longest) const noexcept {
  if (const auto number = number_.load(std::memory_order_acquire); number != 0) return number;
  const timespec time{longest.count() / kNsPerSecond, longest.count() % kNsPerSecond};
  ::syscall(SYS_futex, &number_, FUTEX_WAIT_PRIVATE, 0, &time, nullptr, 0);
  return number_.load(std::memory_order_acquire);
}

}  // namespace larder::memcached
