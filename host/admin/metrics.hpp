// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_METRICS_HPP
#define LARDER_ADMIN_METRICS_HPP

#include <larder/cache.hpp>
#include <larder/session.hpp>

#include <larder/http/app.hpp>
#include <larder/http/event_server.hpp>
#include <larder/http/response.hpp>
#include "admin/event_counts.hpp"
#include "admin/operation_stats.hpp"
#include "admin/time_saved.hpp"
#include "logging/backend_reports.hpp"

namespace larder::host {

/// The sources of GET /metrics.
struct MetricsSources {
  Cache& cache;
  const BackendReports& reports;
  const SessionStore& sessions;
  const Backend& sessionsBackend;
  const http::App& app;  ///< the app of the main listener
  const OperationStats& operations;
  TimeSaved& saved;
  http::EventServerCounts server;
  const EventCounts& executions;  ///< by handler
  const EventCounts& faults;      ///< by endpoint
};

/// GET /metrics: returns the counters of routes, cache, backends, sessions and handlers in the Prometheus
/// text format. Does not block.
http::Response metrics(const MetricsSources& sources);

}  // namespace larder::host

#endif
