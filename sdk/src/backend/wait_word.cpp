// SPDX-License-Identifier: Apache-2.0
#include "backend/wait_word.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace larder {
namespace {

// Measured with 8, 64 and 256 blocking callers over one redis connection: see docs/benchmarks.md.
constexpr int kYields = 8;

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "the kernel reads the word");

void wake(std::atomic<std::uint32_t>* word) noexcept {
  ::syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

// Returns false on timeout.
bool sleepWhile(std::atomic<std::uint32_t>& word, std::uint32_t value, const timespec& until) noexcept {
  const auto result =
      ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, value, &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  return result == 0 || errno != ETIMEDOUT;
}

timespec timeFromNow(std::chrono::nanoseconds timeout) noexcept {
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto whole =
      std::chrono::nanoseconds(now.tv_nsec) + std::clamp(timeout, std::chrono::nanoseconds(0), longest);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(whole);
  now.tv_sec += seconds.count();
  now.tv_nsec = (whole - seconds).count();
  return now;
}

}  // namespace

void WaitWord::signal() noexcept {
  auto* const word = &word_;
  if (word->exchange(kSignalled, std::memory_order_acq_rel) == kSleeping) wake(word);
}

bool WaitWord::waitFor(std::chrono::nanoseconds timeout) noexcept {
  for (int i = 0; i < kYields; ++i) {
    if (signalled()) return true;
    ::sched_yield();
  }
  auto open = kOpen;
  if (!word_.compare_exchange_strong(open, kSleeping, std::memory_order_acquire)) return true;
  const auto until = timeFromNow(timeout);
  while (sleepWhile(word_, kSleeping, until))
    if (signalled()) return true;
  auto sleeping = kSleeping;
  return !word_.compare_exchange_strong(sleeping, kOpen, std::memory_order_acq_rel);
}

}  // namespace larder
