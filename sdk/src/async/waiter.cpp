// SPDX-License-Identifier: Apache-2.0
#include <larder/async/waiter.hpp>

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace larder::plugin {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "the kernel reads the word");

void Waiter::finish(larder_status& result, larder_status status) noexcept {
  result = status;
  if (outstanding_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // The waiting thread may return and destroy the Waiter right after the exchange. That is safe: the kernel
  // only finds that no thread waits at this address.
  auto* const word = &word_;
  if (word->exchange(done, std::memory_order_acq_rel) == sleeping)
    ::syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void Waiter::wait() noexcept {
  constexpr int yields = 8;
  for (int i = 0; i < yields; ++i) {
    if (isDone()) return;
    ::sched_yield();
  }
  auto state = open;
  if (!word_.compare_exchange_strong(state, sleeping, std::memory_order_acquire)) return;
  while (!isDone()) ::syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, sleeping, nullptr, nullptr, 0);
}

}  // namespace larder::plugin
