// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_CALLER_SIGNAL_HPP
#define LARDER_ASYNC_CALLER_SIGNAL_HPP

#include <atomic>
#include <chrono>
#include <cstdint>

namespace larder::plugin {

/// Wakes one waiting thread with a number. It may live on that thread's stack and be destroyed as soon as the
/// thread has seen the number: `send` can then at most wake an unrelated thread, which goes back to waiting.
class CallerSignal {
 public:
  /// Wakes the waiting thread. `number` must be neither 0 nor the largest number. Any thread may call it.
  void send(std::uint32_t number) noexcept;

  /// Returns the number that was sent last; 0 if none was.
  std::uint32_t number() const noexcept {
    const std::uint32_t word = word_.load(std::memory_order_acquire);
    return word == sleeping ? 0 : word;
  }

  /// Blocks until a number is sent and returns it. Returns 0 after `longest`, or on a spurious wake-up.
  /// Yields a few times before sleeping, because with many callers the reply is usually close.
  std::uint32_t await(std::chrono::nanoseconds longest) noexcept;

 private:
  static constexpr std::uint32_t sleeping = UINT32_MAX;

  std::atomic<std::uint32_t> word_{0};
};

}  // namespace larder::plugin

#endif
