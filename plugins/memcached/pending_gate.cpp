// SPDX-License-Identifier: Apache-2.0
#include "pending_gate.hpp"

namespace larder::memcached {

bool PendingGate::enter(std::uint64_t bytes) {
  if (!limit_.enter(bytes)) return false;
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
