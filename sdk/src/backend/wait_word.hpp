// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_WAIT_WORD_HPP
#define LARDER_BACKEND_WAIT_WORD_HPP

#include <atomic>
#include <chrono>
#include <cstdint>

namespace larder {

/// One event that one thread waits for: a word of memory. The signal makes a system call only if the waiter
/// really sleeps, and touches nothing after it has let the waiter go.
///
/// The waiter first yields its processor a few times: a reply that other threads of the same machine are
/// about to bring is there by then, and costs neither side a sleep.
class WaitWord {
 public:
  WaitWord() = default;
  WaitWord(const WaitWord&) = delete;
  WaitWord& operator=(const WaitWord&) = delete;

  /// Called once. The word may be gone when it returns.
  void signal() noexcept;

  /// False if there was no signal within `timeout`, of real time. One thread at a time waits.
  bool waitFor(std::chrono::nanoseconds timeout) noexcept;
  void wait() noexcept { waitFor(std::chrono::nanoseconds::max()); }

  bool signalled() const noexcept { return word_.load(std::memory_order_acquire) == kSignalled; }

 private:
  static constexpr std::uint32_t kOpen = 0;
  static constexpr std::uint32_t kSleeping = 1;
  static constexpr std::uint32_t kSignalled = 2;

  std::atomic<std::uint32_t> word_{kOpen};
};

}  // namespace larder

#endif
