// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_TIME_SAVED_HPP
#define LARDER_ADMIN_TIME_SAVED_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

#include <larder/http/request_stats.hpp>

namespace larder::host {

/// The time saved by responses from the cache, by route: without the cache, each would have taken the average
/// time of the route's handler. Never decreases: hits since the last call are valued at the current average.
/// Zero until a handler has run, and for a handler faster than the cache. Thread-safe.
class TimeSaved {
 public:
  /// Returns the time saved since the start. `route` must outlive this object.
  std::chrono::nanoseconds of(const http::RequestStats& route);

 private:
  struct Known {
    std::uint64_t fromCache = 0;
    std::chrono::nanoseconds inCache{0};
    std::chrono::nanoseconds saved{0};
  };

  std::mutex mutex_;
  std::map<const http::RequestStats*, Known> routes_;
};

}  // namespace larder::host

#endif
