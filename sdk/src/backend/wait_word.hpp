// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_WAIT_WORD_HPP
#define LARDER_BACKEND_WAIT_WORD_HPP

#include <atomic>
#include <chrono>
#include <cstdint>

namespace larder {

/// A one-time event that one thread waits for, in one word of memory. The signal makes a system call only if
/// the waiter is actually asleep, and touches nothing after it has released the waiter.
///
/// The waiter first yields its processor a few times. A reply that other threads of the machine are about to
/// deliver has then arrived, and neither side pays for a sleep.
class WaitWord {
 public:
  WaitWord() = default;
  WaitWord(const WaitWord&) = delete;
  WaitWord& operator=(const WaitWord&) = delete;

  /// Releases the waiter. Called once. The word may be destroyed before this returns.
  void signal() noexcept;

  /// Waits for the signal. Returns false if it does not come within `timeout`, in real time. Only one thread
  /// may wait at a time.
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
