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
#include "serve/access_log.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {

/// What a change of the configuration is made on; all must outlive the LiveConfig.
struct LiveParts {
  PluginSet& plugins;
  BackendReports& reports;
  Cache& engine;
  http::App& app;
  OperationStats& operations;
  Logger& logger;
  AccessLog& access;
};

/// The configuration of a running host, and how it changes: the cache's backend, the routes' rules, what is
/// logged. A change is made whole or not at all, and logged either way. Changes run one after the other on a
/// thread of their own, since opening a backend may hang in its plugin; a few wait, more are refused.
/// Thread-safe. The destructor waits for the change that runs.
class LiveConfig {
 public:
  /// `running` was loaded from `sources` and is in effect.
  LiveConfig(ConfigSources sources, Config running, LiveParts parts);

  /// Reads the sources again and takes over what can change; logs which other keys changed. A new backend is
  /// opened and must answer a ping before it is used. Returns why nothing was changed, in one line. Waits for
  /// at most ten seconds; then the change goes on, and the log tells its outcome.
  std::optional<std::string> reload();

  /// The same without waiting. Calls `done` afterwards, whatever the outcome, on the thread of the changes.
  void reloadLater(std::function<void()> done);

  /// Takes the backend called `name` of the running configuration into use, as if cache.backend had named it,
  /// until the next reload. Returns and waits as reload() does.
  std::optional<std::string> swapBackend(const std::string& name);

  /// A copy of what is in effect: keys that need a restart have the values of the start, and the backends are
  /// as a swap would open them.
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
  mutable std::mutex mutex_;  // of running_
  Config running_;
  WorkerPool changes_;  // last: its thread uses the rest
};

}  // namespace larder::host

#endif
