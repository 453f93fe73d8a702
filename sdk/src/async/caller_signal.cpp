// SPDX-License-Identifier: Apache-2.0
#include <larder/async/brief_yield.hpp>
#include <larder/async/caller_signal.hpp>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace larder::plugin {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "the kernel reads the word");

void CallerSignal::send(std::uint32_t number) noexcept {
  // The waiting thread may return and destroy the signal right after the exchange. That is safe: the kernel
  // only finds that no thread waits at this address.
  auto* const word = &word_;
  if (word->exchange(number, std::memory_order_acq_rel) == sleeping)
    ::syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

std::uint32_t CallerSignal::await(std::chrono::nanoseconds longest) noexcept {
  constexpr int yields = 8;
  constexpr std::int64_t nsPerSecond = 1'000'000'000;
  for (int i = 0; i < yields; ++i) {
    if (const auto sent = number(); sent != 0) return sent;
    if (!yieldBriefly()) break;
  }
  std::uint32_t word = 0;
  if (word_.compare_exchange_strong(word, sleeping, std::memory_order_acquire) || word == sleeping) {
    const timespec time{longest.count() / nsPerSecond, longest.count() % nsPerSecond};
    ::syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, sleeping, &time, nullptr, 0);
  }
  return number();
}

}  // namespace larder::plugin
