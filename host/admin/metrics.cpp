// SPDX-License-Identifier: Apache-2.0
#include "admin/metrics.hpp"

#include <larder/sizing.hpp>
#include <larder/tiers.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/metrics_text.hpp"
#include "admin/process_metrics.hpp"

namespace larder::host {
namespace {

// A route by its name, "GET /users/{id}"; "-" stands for none.
struct Route {
  std::string name;
  const http::RequestStats& stats;
  http::RequestStats::Totals totals;
  bool cached;

  std::string_view method() const { return std::string_view(name).substr(0, name.find(' ')); }
  std::string_view path() const { return std::string_view(name).substr(name.find(' ') + 1); }
};

std::vector<Route> routesOf(const http::App& app) {
  std::vector<Route> all;
  for (const auto& endpoint : app.router().endpoints())
    all.push_back({endpoint->name(), *endpoint->stats, endpoint->stats->totals(),
                   endpoint->policy && endpoint->policy.enabled()});
  all.push_back({"_OTHER -", app.unrouted(), app.unrouted().totals(), false});
  return all;
}

struct Result {
  std::string_view result;
  std::string_view reason;
};

Result resultOf(http::CacheOutcome outcome) {
  using http::CacheOutcome;
  switch (outcome) {
    case CacheOutcome::none: return {"none", "no-policy"};
    case CacheOutcome::hit: return {"hit", "fresh"};
    case CacheOutcome::stale: return {"hit", "stale"};
    case CacheOutcome::miss: return {"miss", "not-stored"};
    case CacheOutcome::collapsed: return {"miss", "collapsed"};
    case CacheOutcome::bypass: return {"bypass", "not-allowed"};
  }
  return {"none", "no-policy"};
}

// The names of the first and third are those of OpenTelemetry's semantic conventions.
void addRequests(const MetricsSources& sources, MetricsText& page) {
  const std::string_view cache = sources.cache.options().prefix;
  const auto routes = routesOf(sources.app);
  page.beginHistogram("http_server_request_duration_seconds",
                      "From the request's arrival to its response, excluding reading and sending.");
  for (const auto& route : routes)
    page.histogram({{"http_request_method", route.method()}, {"http_route", route.path()}},
                   route.totals.durations());
  page.begin(MetricKind::counter, "larder_cache_requests_total",
             "Requests by route and by cache outcome; route - stands for none.");
  for (const auto& route : routes) {
    for (std::size_t i = 0; i < http::kCacheOutcomes; ++i) {
      const auto [result, reason] = resultOf(static_cast<http::CacheOutcome>(i));
      page.sample({{"cache", cache},
                   {"route", route.path() == "-" ? route.path() : std::string_view(route.name)},
                   {"result", result},
                   {"reason", reason}},
                  route.totals.requests[i]);
    }
  }
  page.beginHistogram("larder_cache_load_duration_seconds", "Responses of cached routes from the handler.");
  for (const auto& route : routes)
    if (route.cached) page.histogram({{"cache", cache}, {"route", route.name}}, route.totals.fromHandler);
  page.begin(MetricKind::counter, "larder_cache_time_saved_seconds_total",
             "Handler time saved by responses from the cache.");
  for (const auto& route : routes)
    if (route.cached) page.duration({{"cache", cache}, {"route", route.name}}, sources.saved.of(route.stats));
}

void addOperations(const OperationStats& operations, MetricsText& page) {
  page.beginHistogram("db_client_operation_duration_seconds",
                      "Round trips to the cache's backend, by the operation that begins them.");
  operations.each([&page](std::string_view system, std::string_view operation,
                          const http::DurationHistogram::Counts& counts) {
    page.histogram({{"db_system_name", system}, {"db_operation_name", operation}}, counts);
  });
}

void addBuild(MetricsText& page) {
  const auto abi = std::to_string(LARDER_ABI_MAJOR) + "." + std::to_string(LARDER_ABI_MINOR);
  page.begin(MetricKind::gauge, "larder_build_info", "1; the labels say what runs.");
  page.sample({{"version", LARDER_VERSION}, {"abi", abi}}, 1);
}

void addCache(const CacheCounters& counters, MetricsText& page) {
  struct Row {
    std::string_view name;
    std::string_view help;
    std::uint64_t value;
  };
  const Row rows[] = {
      {"larder_cache_hits_total", "Look-ups answered by the backend.", counters.hits},
      {"larder_cache_misses_total", "Look-ups that found nothing fresh.", counters.misses},
      {"larder_cache_shared_total", "Look-ups answered by another caller's computation.", counters.shared},
      {"larder_cache_flight_waits_total", "Calls that waited for another caller's computation.",
       counters.flightWaits},
      {"larder_cache_flight_timeouts_total",
       "Of these, waits that reached the limit; the call then computed or waited again.",
       counters.flightTimeouts},
      {"larder_cache_stale_hits_total", "Look-ups answered with an expired value, as the policy allows.",
       counters.stale},
      {"larder_cache_computations_total", "Computations run.", counters.computations},
      {"larder_cache_refreshes_total", "Of these, background refreshes.", counters.refreshes},
      {"larder_cache_refresh_failures_total", "Of these, failed refreshes; the older value stays.",
       counters.refreshFailures},
      {"larder_cache_stores_total", "Values stored.", counters.stores},
      {"larder_cache_too_large_total", "Values too large to store.", counters.tooLarge},
      {"larder_cache_compressed_total", "Values compressed before storing.", counters.compressed},
      {"larder_cache_saved_bytes_total", "Bytes saved by compression.", counters.bytesSaved},
      {"larder_cache_read_failures_total", "Reads that failed in the backend; treated as misses.",
       counters.readFailures},
      {"larder_cache_write_failures_total", "Writes that failed in the backend.", counters.writeFailures},
      {"larder_cache_invalidations_total", "Invalidations by tag, key or namespace.", counters.invalidations},
      {"larder_cache_invalidation_failures_total", "Invalidations that failed in the backend.",
       counters.invalidationFailures},
      {"larder_cache_invalidations_retried_total", "Of these, succeeded on a retry.",
       counters.invalidationsRetried},
      {"larder_cache_invalidations_lost_total", "Of these, dropped because too many were pending.",
       counters.invalidationsLost},
      {"larder_cache_circuit_openings_total", "Times the circuit opened after consecutive failures.",
       counters.circuitOpenings},
      {"larder_cache_circuit_refusals_total", "Operations refused by the open circuit.",
       counters.circuitRefusals},
  };
  for (const Row& row : rows) page.counter(row.name, row.help, row.value);
}

void addCacheState(const CacheState& state, MetricsText& page) {
  page.begin(MetricKind::gauge, "larder_cache_invalidations_waiting",
             "Failed invalidations waiting for a retry.");
  page.sample(state.invalidationsWaiting);
  page.begin(MetricKind::gauge, "larder_cache_circuit_open",
             "1 while the circuit is open or half open; else 0.");
  page.sample(state.circuit == CircuitState::closed ? 0u : 1u);
}

void addSessions(const SessionCounters& counters, MetricsText& page) {
  page.counter("larder_sessions_created_total", "Sessions created.", counters.created);
  page.counter("larder_sessions_destroyed_total", "Sessions ended by log-out.", counters.destroyed);
  page.counter("larder_sessions_revocations_total", "Revocations of all sessions of a user.",
               counters.revocations);
  page.counter("larder_sessions_conflicts_total", "Writes repeated because of a concurrent write.",
               counters.conflicts);
  page.counter("larder_sessions_failures_total", "Failures of the sessions' backend.", counters.failures);
}

void addServer(const http::EventServerCounts& counts, MetricsText& page) {
  page.begin(MetricKind::gauge, "larder_http_connections", "Open connections.");
  page.sample(counts.openConnections);
  page.counter("larder_http_connections_total", "Connections accepted.", counts.connections);
  page.counter("larder_http_requests_total", "Requests passed to an endpoint.", counts.requests);
  page.counter("larder_http_cut_off_total", "Connections closed by a deadline, including idle ones.",
               counts.cutOff);
  page.counter("larder_http_accept_pauses_total",
               "Times that new connections had to wait for others to close.", counts.acceptPauses);
  page.begin(MetricKind::counter, "larder_http_refusals_total",
             "Requests refused before reaching an endpoint; their connections were closed.");
  for (const auto& [status, count] : counts.refused) page.sample("status", std::to_string(status), count);
}

using NamedStats = std::vector<std::pair<std::string, larder_stats>>;

// Includes L1 and L2 of a tiered backend.
void collectStats(const Backend& backend, NamedStats& all) {
  all.emplace_back(backend.name(), backend.stats());
  for (auto& tier : tierStats(backend)) all.push_back(std::move(tier));
}

void addBackends(const NamedStats& backends, MetricsText& page) {
  struct Row {
    MetricKind kind;
    std::string_view name;
    std::string_view help;
    std::uint64_t larder_stats::*value;
  };
  const Row rows[] = {
      {MetricKind::gauge, "larder_backend_entries", "Current entries, possibly including expired ones.",
       &larder_stats::entries},
      {MetricKind::gauge, "larder_backend_bytes", "Bytes used by entries.", &larder_stats::bytes},
      {MetricKind::gauge, "larder_backend_capacity_bytes", "Capacity for entries in bytes.",
       &larder_stats::capacity},
      {MetricKind::gauge, "larder_backend_pending_operations", "Operations in flight.",
       &larder_stats::pending},
      {MetricKind::counter, "larder_backend_hits_total", "GETs that found an entry.", &larder_stats::hits},
      {MetricKind::counter, "larder_backend_misses_total", "GETs that found none.", &larder_stats::misses},
      {MetricKind::counter, "larder_backend_writes_total", "SETs that succeeded.", &larder_stats::writes},
      {MetricKind::counter, "larder_backend_deletes_total", "DELETEs that removed an entry.",
       &larder_stats::deletes},
      {MetricKind::counter, "larder_backend_errors_total", "Operations that failed.", &larder_stats::errors},
      {MetricKind::counter, "larder_backend_reconnects_total", "Connections opened after the first.",
       &larder_stats::reconnects},
  };
  for (const Row& row : rows) {
    bool begun = false;
    for (const auto& [name, stats] : backends) {
      if (stats.*row.value == LARDER_STAT_UNKNOWN)
        continue;  // an absent metric is better than a made-up zero
      if (!std::exchange(begun, true)) page.begin(row.kind, row.name, row.help);
      page.sample("backend", name, stats.*row.value);
    }
  }
}

void addEvictions(const NamedStats& backends, MetricsText& page) {
  page.begin(MetricKind::counter, "larder_backend_evictions_total", "Entries evicted, for space or for age.");
  for (const auto& [name, stats] : backends) {
    if (stats.evictions != LARDER_STAT_UNKNOWN)
      page.sample({{"backend", name}, {"reason", "space"}}, stats.evictions);
    if (stats.expirations != LARDER_STAT_UNKNOWN)
      page.sample({{"backend", name}, {"reason", "age"}}, stats.expirations);
  }
}

void addSizing(const Backend& backend, MetricsText& page) {
  const auto estimate = sizing(backend);
  if (!estimate) return;
  page.begin(MetricKind::counter, "larder_backend_whatif_gets_total", "GETs that the next counter is about.");
  page.sample("backend", backend.name(), estimate->gets);
  page.begin(MetricKind::counter, "larder_backend_whatif_misses_total",
             "Of these, misses if the backend had that percentage of its memory, estimated.");
  for (const auto& point : estimate->points)
    page.sample({{"backend", backend.name()}, {"percent", std::to_string(point.percent)}}, point.misses);
}

// A backend's own metrics live under a prefix of their own, so that no plugin can shadow ours.
void addPluginMetrics(const BackendReports& reports, MetricsText& page) {
  std::string current;
  for (const BackendMetric& metric : reports.metrics()) {
    if (metric.name != current) page.begin(metric.kind, "larder_plugin_" + metric.name, metric.help);
    current = metric.name;
    page.sample("backend", metric.backend, metric.value);
  }
}

void addEvents(const EventCounts& events, std::string_view name, std::string_view help,
               std::string_view label, MetricsText& page) {
  page.begin(MetricKind::counter, name, help);
  for (const auto& [event, count] : events.all()) page.sample(label, event, count);
}

}  // namespace

http::Response metrics(const MetricsSources& sources) {
  MetricsText page;
  addBuild(page);
  addProcess(page);
  addRequests(sources, page);
  addCache(sources.cache.counters(), page);
  addCacheState(sources.cache.state(), page);
  addOperations(sources.operations, page);
  NamedStats backends;
  collectStats(sources.cache.backend(), backends);
  collectStats(sources.sessionsBackend, backends);
  addBackends(backends, page);
  addEvictions(backends, page);
  addSizing(sources.cache.backend(), page);
  addSessions(sources.sessions.counters(), page);
  addServer(sources.server, page);
  addPluginMetrics(sources.reports, page);
  addEvents(sources.executions, "larder_handler_executions_total", "Handler runs; a hit causes none.",
            "handler", page);
  addEvents(sources.faults, "larder_endpoint_faults_total", "Faults behind a response.", "endpoint", page);
  http::Response response = http::Response::text(page.text());
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  return response;
}

}  // namespace larder::host
