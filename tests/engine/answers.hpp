// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENGINE_ANSWERS_HPP
#define LARDER_ENGINE_ANSWERS_HPP

#include <larder/cache.hpp>

#include <cstddef>
#include <mutex>
#include <vector>

namespace larder::tests {

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
