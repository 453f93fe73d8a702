// SPDX-License-Identifier: Apache-2.0
#include "admin/sizing_json.hpp"

#include <larder/sizing.hpp>

#include <chrono>
#include <cmath>
#include <string>
#include <utility>

namespace larder::host {
namespace {

using Counts = http::DurationHistogram::Counts;
using Json = nlohmann::ordered_json;

double meanMs(const Counts& counts) {
  const auto total = counts.total();
  const std::chrono::duration<double, std::milli> sum = counts.sum;
  return total == 0 ? 0.0 : sum.count() / static_cast<double>(total);
}

}  // namespace

Json sizingAsJson(const Backend& backend, const Counts& fromCache, const Counts& fromHandler) {
  const auto estimate = sizing(backend);
  if (!estimate) return nullptr;
  const auto gets = static_cast<double>(estimate->gets);
  const auto misses = static_cast<double>(estimate->misses);
  // A request may look up more than once, and sessions do too: a miss is worth its share of all handler runs.
  const double saved_per_run = meanMs(fromHandler) - meanMs(fromCache);
  const double runs_per_miss = misses > 0 ? static_cast<double>(fromHandler.total()) / misses : 0.0;
  Json points = Json::array();
  for (const auto& point : estimate->points) {
    const double hits = estimate->hitRatio(point) * gets;
    points.push_back({{"percent", point.percent},
                      {"hits", std::llround(hits)},
                      {"saved_ms", (hits - (gets - misses)) * runs_per_miss * saved_per_run}});
  }
  const auto stats = backend.stats();
  const bool counted = stats.hits != LARDER_STAT_UNKNOWN && stats.misses != LARDER_STAT_UNKNOWN;
  return {{"backend", std::string(backend.name())},
          {"lookups", counted ? stats.hits + stats.misses : estimate->gets},
          {"capacity_bytes", stats.capacity == LARDER_STAT_UNKNOWN ? Json(nullptr) : Json(stats.capacity)},
          {"gets", estimate->gets},
          {"misses", estimate->misses},
          {"points", std::move(points)}};
}

}  // namespace larder::host
