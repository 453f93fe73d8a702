// SPDX-License-Identifier: Apache-2.0
//
// The program from top to bottom: configuration -> backend -> engine -> endpoints -> run until told to stop.
// Each part has its own file; this one constructs them in dependency order and connects them.
#include "serve/serve.hpp"

#include <larder/cache.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <larder/http/app.hpp>
#include <larder/http/event_server.hpp>
#include "admin/admin_access.hpp"
#include "admin/admin_listener.hpp"
#include "admin/event_counts.hpp"
#include "admin/faults.hpp"
#include "admin/health.hpp"
#include "admin/invalidation_journal.hpp"
#include "admin/metrics.hpp"
#include "admin/operation_stats.hpp"
#include "admin/recent_requests.hpp"
#include "admin/time_saved.hpp"
#include "logging/backend_reports.hpp"
#include "logging/line_sink.hpp"
#include "logging/logger.hpp"
#include "logging/span_log.hpp"
#include "serve/access_log.hpp"
#include "serve/cache_backend.hpp"
#include "serve/front.hpp"
#include "serve/host_endpoints.hpp"
#include "serve/live_config.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"
#include "serve/route_overrides.hpp"
#include "serve/service_manager.hpp"
#include "serve/service_signals.hpp"
#include "serve/sessions_service.hpp"
#include "serve/stop_limit.hpp"
#include "serve/users_service.hpp"
#include "welcome/welcome.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

// Grace time for backends after server.drain_timeout. With the default of that, both stay below the ten
// seconds after which container runtimes kill the process.
constexpr std::chrono::milliseconds kBackendDrains = 1s;
constexpr std::chrono::milliseconds kRestStops = 1s;
constexpr int kRequestsWereCut = 1;  // exit status

// Reloads on each SIGHUP; returns the signal that stops the host.
int serveUntilStopped(ServiceSignals& signals, const ServiceManager& manager, LiveConfig& live) {
  for (;;) {
    const int signal = signals.wait();
    if (signal != SIGHUP) return signal;
    manager.reloading();
    live.reloadLater([&manager] { manager.ready(); });
  }
}

// The metrics page is constructed before the server whose counters it shows.
class ServerCountsSource {
 public:
  using Source = std::function<http::EventServerCounts()>;

  void become(Source source) {
    const std::lock_guard lock(mutex_);
    source_ = std::move(source);
  }
  http::EventServerCounts now() const {
    const std::lock_guard lock(mutex_);
    return source_ ? source_() : http::EventServerCounts{};
  }

 private:
  mutable std::mutex mutex_;
  Source source_;
};

// A link to a loopback address is useless to remote visitors, and so is one to a port not yet known. Any
// other address should not be disclosed to them.
std::string linkedDashboard(const AdminConfig& config) {
  return isLoopback(config.address) && !config.address.ends_with(":0") ? config.address : std::string();
}

AdminParts adminParts(Cache& engine, const http::App& app, const BackendReports& reports, TimeSaved& saved,
                      InvalidationJournal& journal, RecentRequests& recent, const Logger& logger,
                      LiveConfig& live) {
  return {.engine = engine,
          .app = app,
          .reports = reports,
          .saved = saved,
          .journal = journal,
          .recent = recent,
          .logger = logger,
          .running = [&live] { return live.running(); },
          .reload = [&live] { return live.reload(); },
          .swapBackend = [&live](const std::string& name) { return live.swapBackend(name); }};
}

}  // namespace

void serve(const ConfigSources& sources) {
  Logger logger(LogLevel::info);
  StopLimit stop_limit(logger);
  std::atomic<std::chrono::milliseconds> requests_finish{ServerConfig{}.drainTimeout};
  const auto stop = [&] {
    stop_limit.begin(requests_finish.load() + kBackendDrains + kRestStops, kRequestsWereCut);
  };
  ServiceSignals signals({.stop = stop, .stopAgain = [&] { stop_limit.endNow(kRequestsWereCut); }});
  const ServiceManager manager = ServiceManager::ofThisProcess();
  const Config config = loadConfig(sources);
  logger.setLevel(config.log.level);
  requests_finish = config.server.drainTimeout;
  for (const auto& line : unknownVariables(sources.environment)) logger.log(LogLevel::warning, "serve", line);

  BackendReports reports(logger);
  auto plugins = pluginSet(config, sources.environment, logger);
  const std::shared_ptr<Backend> backend = openConfigured(config.cache.backend, config, plugins, reports);
  OperationStats operations(systemOf(config.cache.backend, config));
  TimeSaved saved;
  InvalidationJournal journal(backend->clock());
  Cache engine(backend,
               {.prefix = config.cache.prefix,
                .compressFrom = config.cache.compressFrom,
                .circuit = loggedCircuit(config.cache, *backend, logger),
                .onRoundTrip = [&operations](OpCode first,
                                             std::chrono::nanoseconds took) { operations.add(first, took); },
                .onOutdated = [&journal](std::string_view tag) { journal.missed(tag); }});

  EventCounts executions;
  Faults faults(logger);
  UsersService users(config.users, executions, faults);
  SessionsService sessions(config, plugins, reports, users.store(), faults);
  logWhetherItAnswers(*backend, logger);

  LineSink output;  // stdout
  SpanLog spans(config.tracing.log, output);
  http::App app(engine);
  app.observeSpans(spans);
  app.trace(config.tracing.options);
  app.onFault([&faults](std::string_view endpoint, std::string_view what) { faults.report(endpoint, what); });
  app.onNotice([&logger](std::string_view endpoint, std::string_view what) {
    logger.log(LogLevel::info, "serve", what, {{"endpoint", endpoint}});
  });
  app.observeWrites(journal);
  sessions.bindTo(app);
  ServerCountsSource server_counts;
  const AdminPages pages{.healthz = [&] { return healthz(*backend, reports); },
                         .metrics =
                             [&] {
                               return metrics({.cache = engine,
                                               .reports = reports,
                                               .sessions = sessions.store(),
                                               .sessionsBackend = sessions.backend(),
                                               .app = app,
                                               .operations = operations,
                                               .saved = saved,
                                               .server = server_counts.now(),
                                               .executions = executions,
                                               .faults = faults.counts()});
                             }};
  addHostEndpoints(
      app,
      {.users = users.routes(sessions.store()),
       .sessions = sessions.routes(),
       .healthz = [&pages](const http::Request&) { return pages.healthz(); },
       .metrics = config.server.metrics ? [&pages](const http::Request&) { return pages.metrics(); }
                                        : http::Handler(),
       .welcome = [dashboard = linkedDashboard(config.admin)](
                      const http::Request&) { return welcomePage(dashboard); }},
      config.cache.expire);
  checkRoutes(config, app);
  overridePolicies(config, app);
  RecentRequests recent(app.router(), backend->clock());
  AccessLog access(config.log.access, recent, output);
  LiveConfig live(sources, config,
                  {.plugins = plugins,
                   .reports = reports,
                   .engine = engine,
                   .app = app,
                   .operations = operations,
                   .logger = logger,
                   .access = access,
                   .spans = spans});

  AdminListener admin(config.admin, adminParts(engine, app, reports, saved, journal, recent, logger, live),
                      pages, faults, logger);
  const auto front = openFront(config.server, app, access);
  server_counts.become([&front] { return front->counts(); });
  logger.log(LogLevel::info, "serve", "listening",
             {{"address", front->address()}, {"backend", config.cache.backend}});

  admin.setReady(true);
  manager.ready();
  const int signal = serveUntilStopped(signals, manager, live);
  manager.stopping();
  admin.setReady(false);
  logger.log(LogLevel::info, "serve", "stopping", {{"signal", std::to_string(signal)}});
  front->stop(config.server.drainTimeout);
  server_counts.become({});
  finishInvalidations(engine, kBackendDrains, logger);
  drain(*backend, kBackendDrains, logger);
  logger.log(LogLevel::info, "serve", "stopped");
}

}  // namespace larder::host
