// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_CALLER_SIGNAL_HPP
#define LARDER_MEMCACHED_CALLER_SIGNAL_HPP

#include <atomic>
#include <chrono>
#include <cstdint>

namespace larder::memcached {

/// Wakes one waiting thread with a number. It may live on that thread's stack and be destroyed as soon as the
/// thread has seen the number: `send` can then at most wake an unrelated thread, which goes back to waiting.
class CallerSignal {
 public:
  /// Wakes the waiting thread. `number` must not be 0.
  void send(std::uint32_t number) noexcept;
  /// Blocks until a number is sent and returns it. Returns 0 after `longest`, or on a spurious wake-up.
  std::uint32_t await(std::chrono::nanoseconds longest) const noexcept;

 private:
  std::atomic<std::uint32_t> number_{0};
};

}  // namespace larder::memcached

#endif
