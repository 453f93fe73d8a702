// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_LIVE_CONFIG_HPP
#define LARDER_SERVE_LIVE_CONFIG_HPP

#include <larder/cache.hpp>

#include <mutex>
#include <optional>
#include <string>

#include <larder/http/app.hpp>
#include "config/config.hpp"
#include "config/load_config.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"
#include "serve/plugin_set.hpp"

namespace larder::host {

/// What a change of the configuration is made on; all must outlive the LiveConfig.
struct LiveParts {
  PluginSet& plugins;
  BackendReports& reports;
  Cache& engine;
  http::App& app;
  Logger& logger;
};

/// The configuration of a host that runs, and how it changes: the cache's backend, times to live, the log's
/// level. A change is made whole or not at all, and logged either way. Thread-safe; one change at a time.
class LiveConfig {
 public:
  /// `running` was loaded from `sources` and is in effect.
  LiveConfig(ConfigSources sources, Config running, LiveParts parts);

  /// Reads the sources again and takes over what can change; logs which other keys changed. A new backend is
  /// opened and must answer a ping before it is used. Answers why nothing was changed, in one line.
  std::optional<std::string> reload();

  /// Takes the backend called `name` of the running configuration into use, as if cache.backend had named it,
  /// until the next reload. Answers as reload() does.
  std::optional<std::string> swapBackend(const std::string& name);

  /// A copy of what is in effect.
  Config running() const;

 private:
  void replaceBackend(const Config& next);

  const ConfigSources sources_;
  const LiveParts parts_;
  const Config started_;  // what is in effect of keys that need a restart
  std::mutex changing_;
  mutable std::mutex mutex_;  // of running_
  Config running_;
};

}  // namespace larder::host

#endif
