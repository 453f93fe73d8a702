// SPDX-License-Identifier: Apache-2.0
#include "admin/recent_requests.hpp"

#include <algorithm>
#include <utility>

namespace larder::host {
namespace {

constexpr std::size_t kLongestMethod = 32;
constexpr std::size_t kLongestReason = 256;

void cut(std::string& text, std::size_t most) {
  if (text.size() > most) text.resize(most);
}

bool admitsStatus(const std::string& wanted, int status) {
  const auto actual = std::to_string(status);
  if (wanted.size() == 3 && wanted.ends_with("xx")) return actual.front() == wanted.front();
  return actual == wanted;
}

bool admits(const RequestFilter& filter, const RecentRequest& request) {
  return (!filter.route || request.route == *filter.route) &&
         (!filter.outcome || request.record.cache == *filter.outcome) &&
         (!filter.status || admitsStatus(*filter.status, request.record.status));
}

}  // namespace

void RecentRequests::add(AccessRecord record) {
  cut(record.method, kLongestMethod);
  cut(record.cacheStatus, kLongestReason);
  auto route = routeOf(record);
  const std::lock_guard lock(mutex_);
  if (clock_.monotonic() >= watchedUntil_) {
    watched_.store(false, std::memory_order_relaxed);
    requests_ = {};
    return;
  }
  if (requests_.size() == kMostRequests) requests_.pop_front();
  requests_.push_back({++last_, std::move(record), std::move(route)});
}

RecentRequests::Page RecentRequests::page(std::optional<std::uint64_t> since, const RequestFilter& filter,
                                          std::size_t most) {
  const std::lock_guard lock(mutex_);
  watchedUntil_ = clock_.monotonic() + kWatch;
  watched_.store(true, std::memory_order_relaxed);
  Page page{.next = last_ + 1};
  if (!since) return page;

  const auto first = requests_.empty() ? last_ + 1 : requests_.front().number;
  if (*since < first) page.missed = first - *since;
  for (const auto& request : requests_) {
    if (request.number < *since || !admits(filter, request)) continue;
    if (page.requests.size() == most) {
      page.next = request.number;
      break;
    }
    page.requests.push_back(request);
  }
  return page;
}

std::string RecentRequests::routeOf(const AccessRecord& record) const {
  auto request = http::Request::of(record.method, record.target);
  const auto match = router_.match(request);
  return match.endpoint != nullptr ? match.endpoint->name() : "-";
}

}  // namespace larder::host
