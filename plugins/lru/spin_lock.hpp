// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SPIN_LOCK_HPP
#define LARDER_LRU_SPIN_LOCK_HPP

#include <atomic>
#include <cstdint>
#include <thread>

namespace larder::lru {

/// A one-byte lock for critical sections of a few hundred nanoseconds. Waiters yield instead of sleeping: a
/// holder never blocks, so a wait is bounded by the critical section, and a futex would cost more than the
/// section itself. Satisfies Lockable.
class SpinLock {
 public:
  void lock() {
    while (!try_lock()) wait();
  }
  bool try_lock() { return held_.exchange(1, std::memory_order_acquire) == 0; }
  void unlock() { held_.store(0, std::memory_order_release); }

 private:
  // Spins briefly for a holder on another processor, then yields to a holder preempted on this one.
  void wait() const {
    for (int spin = 0; spin < 64; ++spin) {
      if (held_.load(std::memory_order_relaxed) == 0) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    std::this_thread::yield();
  }

  std::atomic<std::uint8_t> held_{0};
};

}  // namespace larder::lru

#endif
