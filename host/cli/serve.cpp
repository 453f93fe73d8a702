// SPDX-License-Identifier: Apache-2.0
#include "cli/serve.hpp"

#include <larder/cache.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "admin/event_counts.hpp"
#include "admin/health.hpp"
#include "admin/metrics.hpp"
#include "cli/open_backend.hpp"
#include "cli/plugin_set.hpp"
#include "cli/route_overrides.hpp"
#include "cli/stop_limit.hpp"
#include "cli/stop_signals.hpp"
#include "cli/user_endpoints.hpp"
#include "endpoint/app.hpp"
#include "http/poco_server.hpp"
#include "logging/backend_reports.hpp"
#include "logging/log_limit.hpp"
#include "logging/logger.hpp"
#include "users/open_user_store.hpp"
#include "users/user_handlers.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

// Together below the ten seconds after which whoever stopped us kills us.
constexpr auto kRequestsFinish = 7s;
constexpr auto kBackendDrains = 1s;
constexpr auto kEverythingStops = 9s;
constexpr int kRequestsWereCut = 1;  // exit status
constexpr auto kStartPing = 500ms;

// Metrics are read without the code at hand, where "list" alone would not say what was listed.
std::string_view metricNameOf(std::string_view handler) {
  if (handler == "list") return "list_users";
  if (handler == "get") return "get_user";
  if (handler == "create") return "create_user";
  if (handler == "update") return "update_user";
  if (handler == "erase") return "erase_user";
  return handler;
}

// Counts every fault and logs one per second.
class Faults {
 public:
  explicit Faults(const Logger& logger) : logger_(logger) {}

  void report(std::string_view endpoint, std::string_view what) {
    counts_.add(endpoint);
    if (limit_.admits()) logger_.log(LogLevel::error, "serve", what, {{"endpoint", endpoint}});
  }
  const EventCounts& counts() const { return counts_; }

 private:
  const Logger& logger_;
  EventCounts counts_;
  LogLimit limit_{1s};
};

// A store that is down delays nothing: requests are answered by their handlers until it is back.
void logWhetherItAnswers(Backend& backend, const Logger& logger) {
  const auto answer = backend.perform({.code = OpCode::ping}, backend.in(kStartPing));
  if (answer.status == Status::ok)
    logger.log(LogLevel::info, "serve", "the backend answers", {{"backend", backend.name()}});
  else
    logger.log(LogLevel::warning, "serve", "the backend does not answer; serving without it until it does",
               {{"backend", backend.name()}, {"status", toString(answer.status)}, {"reason", answer.error}});
}

users::UserHandlerObservers observersOf(EventCounts& executions, Faults& faults) {
  return {.executed = [&executions](std::string_view handler) { executions.add(metricNameOf(handler)); },
          .unavailable = [&faults](std::string_view reason) { faults.report("users database", reason); }};
}

}  // namespace

void serve(const ConfigSources& sources) {
  const StopSignals stop_signals;
  const Config config = loadConfig(sources);
  const Logger logger(config.log.level);
  StopLimit stop_limit(logger);

  BackendReports reports(logger);
  auto plugins = pluginSet(config, sources.environment, logger);
  const std::shared_ptr<Backend> backend =
      openBackend(config.cache.backend, config.backends.at(config.cache.backend), plugins, reports);
  Cache engine(backend, {.prefix = config.cache.prefix});

  EventCounts executions;
  Faults faults(logger);
  const auto store = users::openUserStore(config.users.database);
  logWhetherItAnswers(*backend, logger);
  users::UserHandlers user_handlers(*store, config.users.delay, observersOf(executions, faults));

  http::App app(engine);
  app.onFault([&faults](std::string_view endpoint, std::string_view what) { faults.report(endpoint, what); });
  addUserEndpoints(app, user_handlers, config.cache.expire);
  app.get("/healthz", [&](const http::Request&) { return healthz(*backend, reports); });
  app.get("/metrics", [&](const http::Request&) {
    return metrics(
        {.cache = engine, .reports = reports, .executions = executions, .faults = faults.counts()});
  });
  overrideExpiries(config.routes, app);

  http::PocoServer server([&app](http::Request request) { return app.handle(std::move(request)); },
                          {.address = config.server.address, .workers = config.server.workers});
  logger.log(LogLevel::info, "serve", "listening",
             {{"address", server.address()}, {"backend", config.cache.backend}});

  const int signal = stop_signals.wait();
  logger.log(LogLevel::info, "serve", "stopping", {{"signal", std::to_string(signal)}});
  stop_limit.begin(kEverythingStops, kRequestsWereCut);
  server.stop(kRequestsFinish);
  if (backend->drain(backend->in(kBackendDrains)) != Status::ok)
    logger.log(LogLevel::warning, "serve", "operations of the backend were cut short");
  logger.log(LogLevel::info, "serve", "stopped");
}

}  // namespace larder::host
