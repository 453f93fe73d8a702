// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_CALLER_SIGNAL_HPP
#define LARDER_MEMCACHED_CALLER_SIGNAL_HPP

#include <atomic>
#include <chrono>
#include <cstdint>

namespace larder::memcached {

/// Wakes one waiting thread with a number. It may lie on that thread's stack and vanish as soon as the thread
/// has seen the number: `send` then no more than wakes a stranger, who waits on.
class CallerSignal {
 public:
  /// `number` is not 0.
  void send(std::uint32_t number) noexcept;
  /// The number sent, or 0 if none came within `longest`, or for no reason.
  std::uint32_t await(std::chrono::nanoseconds longest) const noexcept;

 private:
  std::atomic<std::uint32_t> number_{0};
};

}  // namespace larder::memcached

#endif
