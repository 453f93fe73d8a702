// SPDX-License-Identifier: Apache-2.0
#include "pending_gate.hpp"

namespace larder::memcached {

bool PendingGate::enter(std::uint64_t bytes) {
  const bool full = pending_.fetch_add(1, std::memory_order_relaxed) >= limit_;
  const std::uint64_t others = bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (full || (others != 0 && others + bytes > byteLimit_)) {
    leave(bytes);
    return false;
  }
  unfinished_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void PendingGate::finish() {
  // Hold the lock, so that a waiting thread cannot see zero, return and free the gate before the
  // notification.
  const std::lock_guard lock(mutex_);
  if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) emptied_.notify_all();
}

bool PendingGate::waitUntilEmpty(std::chrono::nanoseconds timeout) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, timeout,
                           [this] { return unfinished_.load(std::memory_order_acquire) == 0; });
}

}  // namespace larder::memcached
