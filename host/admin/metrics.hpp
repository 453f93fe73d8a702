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

/// What GET /metrics shows.
struct MetricsSources {
  Cache& cache;
  const BackendReports& reports;
  const SessionStore& sessions;
  const Backend& sessionsBackend;
  const http::App& app;  ///< of the main listener
  const OperationStats& operations;
  TimeSaved& saved;
  http::EventServerCounts server;
  const EventCounts& executions;  ///< by handler
  const EventCounts& faults;      ///< by endpoint
};

/// GET /metrics: the counters of the routes, the cache, the backends, the sessions and the handlers, in the
/// text format of Prometheus. Waits for nothing.
http::Response metrics(const MetricsSources& sources);

}  // namespace larder::host

#endif
