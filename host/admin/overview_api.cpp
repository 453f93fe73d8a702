// SPDX-License-Identifier: Apache-2.0
#include "admin/overview_api.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include <larder/http/duration_histogram.hpp>
#include <larder/http/request_stats.hpp>
#include "admin/api_answers.hpp"
#include "admin/sizing_json.hpp"

namespace larder::host {
namespace {

using http::CacheOutcome;
using http::DurationHistogram;
using Json = nlohmann::ordered_json;
using Totals = http::RequestStats::Totals;

double inMilliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

Json requestsAsJson(const Totals& totals) {
  Json requests = Json::object();
  for (std::size_t i = 0; i < http::kCacheOutcomes; ++i)
    requests[std::string(toString(static_cast<CacheOutcome>(i)))] = totals.requests[i];
  return requests;
}

Json routeAsJson(std::string_view route, bool cached, const Totals& totals, std::chrono::nanoseconds saved) {
  return {{"route", route},
          {"cached", cached},
          {"requests", requestsAsJson(totals)},
          {"from_cache_ms", inMilliseconds(totals.fromCache.sum)},
          {"from_handler_ms", inMilliseconds(totals.fromHandler.sum)},
          {"saved_ms", inMilliseconds(saved)}};
}

Json bounds() {
  Json list = Json::array();
  for (const auto bound : DurationHistogram::kBounds) list.push_back(inMilliseconds(bound));
  return list;
}

Json cacheAsJson(const Cache& cache) {
  const auto counters = cache.counters();
  const auto state = cache.state();
  constexpr std::string_view circuits[] = {"closed", "open", "half open"};
  return {{"hits", counters.hits},
          {"misses", counters.misses},
          {"shared", counters.shared},
          {"stale", counters.stale},
          {"computations", counters.computations},
          {"refreshes", counters.refreshes},
          {"stores", counters.stores},
          {"too_large", counters.tooLarge},
          {"read_failures", counters.readFailures},
          {"write_failures", counters.writeFailures},
          {"invalidations", counters.invalidations},
          {"invalidations_waiting", state.invalidationsWaiting},
          {"circuit", circuits[static_cast<std::size_t>(state.circuit)]},
          {"circuit_openings", counters.circuitOpenings}};
}

}  // namespace

http::Response showOverview(const AdminParts& parts) {
  Json routes = Json::array();
  DurationHistogram::Counts from_cache;
  DurationHistogram::Counts
      from_handler;  // of cached routes only: the others have no cached times to compare with
  std::chrono::nanoseconds saved{0};
  for (const auto& endpoint : parts.app.router().endpoints()) {
    const auto totals = endpoint->stats->totals();
    const bool cached = endpoint->policy && endpoint->policy.enabled();
    const auto of_route = cached ? parts.saved.of(*endpoint->stats) : std::chrono::nanoseconds(0);
    routes.push_back(routeAsJson(endpoint->name(), cached, totals, of_route));
    if (!cached) continue;
    from_cache += totals.fromCache;
    from_handler += totals.fromHandler;
    saved += of_route;
  }
  routes.push_back(routeAsJson("-", false, parts.app.unrouted().totals(), {}));
  return answer({{"cache", cacheAsJson(parts.engine)},
                 {"saved_ms", inMilliseconds(saved)},
                 {"sizing", sizingAsJson(parts.engine.backend(), from_cache, from_handler)},
                 {"latency",
                  {{"bounds_ms", bounds()},
                   {"from_cache", from_cache.buckets},
                   {"from_handler", from_handler.buckets}}},
                 {"routes", std::move(routes)}});
}

}  // namespace larder::host
