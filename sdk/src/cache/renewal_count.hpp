// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_RENEWAL_COUNT_HPP
#define LARDER_CACHE_RENEWAL_COUNT_HPP

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace larder {

/// Counts the refreshes in flight, so that stop() can wait for them.
class RenewalCount {
 public:
  bool begin() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    ++underWay_;
    return true;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    --underWay_;
    none_.notify_all();
  }
  void stop() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    none_.wait(lock, [this] { return underWay_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t underWay_ = 0;
  bool stopped_ = false;
};

}  // namespace larder

#endif
