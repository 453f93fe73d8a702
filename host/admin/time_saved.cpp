// SPDX-License-Identifier: Apache-2.0
#include "admin/time_saved.hpp"

namespace larder::host {

std::chrono::nanoseconds TimeSaved::of(const http::RequestStats& route) {
  const std::lock_guard lock(mutex_);
  const auto totals = route.totals();
  auto& known = routes_[&route];
  const auto runs = totals.fromHandler.total();
  const auto responses = totals.fromCache.total();
  if (runs == 0 || responses <= known.fromCache) return known.saved;
  const double mean = static_cast<double>(totals.fromHandler.sum.count()) / static_cast<double>(runs);
  const auto without_cache = std::chrono::nanoseconds(
      static_cast<std::int64_t>(mean * static_cast<double>(responses - known.fromCache)));
  const auto with_cache = totals.fromCache.sum - known.inCache;
  known.fromCache = responses;
  known.inCache = totals.fromCache.sum;
  if (without_cache > with_cache) known.saved += without_cache - with_cache;
  return known.saved;
}

}  // namespace larder::host
