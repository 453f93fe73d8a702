// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_EVENT_COUNTS_HPP
#define LARDER_ADMIN_EVENT_COUNTS_HPP

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace larder::host {

/// Counts events by name, for events that are rare compared to cache hits: handler runs, faults. Thread-safe.
/// Names come from the program, not from requests, so there are few.
class EventCounts {
 public:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  void add(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(name);
    if (found != counts_.end())
      ++found->second;
    else
      counts_.emplace(name, 1);
  }

  Counts all() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace larder::host

#endif
