// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_TIME_SAVED_HPP
#define LARDER_ADMIN_TIME_SAVED_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

#include <larder/http/request_stats.hpp>

namespace larder::host {

/// The time that the responses from the cache have saved, by route: without the cache, each would have taken
/// as long as the route's handler takes on average. It never falls: what came from the cache since the last
/// question is valued at the average of the moment. Nothing is known until a handler has run, and a handler
/// that is faster than the cache saves nothing. Thread-safe.
class TimeSaved {
 public:
  /// Since the start. `route` must outlive this.
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
