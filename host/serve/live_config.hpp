// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_LIVE_CONFIG_HPP
#define LARDER_SERVE_LIVE_CONFIG_HPP

#include <larder/cache.hpp>
#include <larder/worker_pool.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <larder/http/app.hpp>
#include "admin/operation_stats.hpp"
#include "config/config.hpp"
#include "config/load_config.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"
#include "logging/span_log.hpp"
#include "serve/access_log.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {

/// The objects that a configuration change affects; all must outlive the LiveConfig.
struct LiveParts {
  PluginSet& plugins;
  BackendReports& reports;
  Cache& engine;
  http::App& app;
  OperationStats& operations;
  Logger& logger;
  AccessLog& access;
  SpanLog& spans;
};

/// The configuration of a running host, and the ways to change it: the cache's backend, the route policies,
/// the log and tracing settings. A change applies completely or not at all, and its outcome is logged.
/// Changes run one at a time on a dedicated thread, because opening a backend may hang in its plugin. A few
/// changes may queue; further ones are refused. Thread-safe. The destructor waits for the running change.
class LiveConfig {
 public:
  /// `running` was loaded from `sources` and is in effect.
  LiveConfig(ConfigSources sources, Config running, LiveParts parts);

  /// Rereads the sources and applies the keys that can change at run time; logs which other keys changed. A
  /// new backend is opened and must answer a ping before it is used. Returns nullopt, or one line saying why
  /// nothing changed. Waits at most ten seconds; then the change continues in the background and the log
  /// reports its outcome.
  std::optional<std::string> reload();

  /// Does the same without waiting. Calls `done` on the changes' thread afterwards, whatever the outcome.
  void reloadLater(std::function<void()> done);

  /// Switches to the backend `name` of the running configuration, as if cache.backend named it, until the
  /// next reload. Returns and waits as reload() does.
  std::optional<std::string> swapBackend(const std::string& name);

  /// Returns a copy of the configuration in effect. Keys that need a restart have the values from the start;
  /// backends are as a swap would open them.
  Config running() const;

 private:
  using Change = std::function<std::optional<std::string>()>;

  std::optional<std::string> inTurn(Change change);
  std::optional<std::string> reloadNow();
  std::optional<std::string> swapNow(const std::string& name);
  void take(Config next);
  void replaceBackend(const Config& next);
  std::optional<std::string> refused(const char* message, const std::string& why) const;

  const ConfigSources sources_;
  const LiveParts parts_;
  const Config started_;
  mutable std::mutex mutex_;  // guards running_
  Config running_;
  WorkerPool changes_;  // last: its thread uses the other members
};

}  // namespace larder::host

#endif
