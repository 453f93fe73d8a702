// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENGINE_EVENTUALLY_HPP
#define LARDER_ENGINE_EVENTUALLY_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace larder::tests {

/// Waits until another thread makes the condition true. Returns false after about 20 s.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 20'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

/// Collects the sources of results. Thread-safe.
class Answers {
 public:
  void add(CacheResult::Source source) {
    const std::lock_guard lock(mutex_);
    sources_.push_back(source);
  }
  std::vector<CacheResult::Source> all() const {
    const std::lock_guard lock(mutex_);
    return sources_;
  }
  std::size_t count() const { return all().size(); }

 private:
  mutable std::mutex mutex_;
  std::vector<CacheResult::Source> sources_;
};

}  // namespace larder::tests

#endif
