// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_RECENT_REQUESTS_HPP
#define LARDER_ADMIN_RECENT_REQUESTS_HPP

#include <larder/host_services.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <larder/http/router.hpp>
#include "logging/access_record.hpp"

namespace larder::host {

/// Which of the recent requests to show; a member that is not set admits all.
struct RequestFilter {
  std::optional<std::string> route{};    ///< "GET /users/{id}"; "-" for requests that met none
  std::optional<std::string> outcome{};  ///< "hit", as AccessRecord::cache
  std::optional<std::string> status{};   ///< "404", or "4xx" for a class
};

/// A request of RecentRequests.
struct RecentRequest {
  std::uint64_t number = 0;  ///< counts up from 1
  AccessRecord record{};     ///< its texts are cut to a few hundred bytes
  std::string route{};       ///< "GET /users/{id}"; "-" if it met none
};

/// The latest requests to the main listener, for as long as a client of the admin API asks for them: kWatch
/// after the last question the requests are forgotten, and none is kept until the next. While nobody asks, a
/// request costs one load. Keeps at most kMostRequests requests, about 2 MiB. Thread-safe.
class RecentRequests {
 public:
  static constexpr std::size_t kMostRequests = 2048;
  static constexpr std::chrono::seconds kWatch{10};

  struct Page {
    std::vector<RecentRequest> requests{};  ///< in the order of their responses
    std::uint64_t next = 1;                 ///< where the next page begins
    std::uint64_t missed = 0;               ///< requests before the page that had to make room
  };

  /// Both must outlive this object. `router` names the route of each request.
  RecentRequests(const http::Router& router, const Clock& clock) : router_(router), clock_(clock) {}

  bool isWatched() const { return watched_.load(std::memory_order_relaxed); }

  void add(AccessRecord record);

  /// Returns at most `most` requests from number `since` on that the filter admits; none if `since` is not
  /// set, but where to begin.
  Page page(std::optional<std::uint64_t> since, const RequestFilter& filter, std::size_t most);

 private:
  std::string routeOf(const AccessRecord& record) const;

  const http::Router& router_;
  const Clock& clock_;
  std::atomic<bool> watched_{false};
  std::mutex mutex_;  // of the rest
  std::chrono::nanoseconds watchedUntil_{0};
  std::uint64_t last_ = 0;
  std::deque<RecentRequest> requests_;
};

}  // namespace larder::host

#endif
