// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_API_HPP
#define LARDER_ADMIN_ADMIN_API_HPP

#include <larder/cache.hpp>

#include <functional>
#include <optional>
#include <string>

#include <larder/http/app.hpp>
#include "admin/invalidation_journal.hpp"
#include "admin/recent_requests.hpp"
#include "admin/time_saved.hpp"
#include "config/config.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"

namespace larder::host {

/// The parts that the API shows and changes. Its functions may be called on several threads at once. A change
/// returns the reason for a failure, nullopt on success.
struct AdminParts {
  Cache& engine;
  const http::App& app;  ///< the app of the main listener
  const BackendReports& reports;
  TimeSaved& saved;
  InvalidationJournal& journal;
  RecentRequests& recent;
  const Logger& logger;
  std::function<Config()> running;
  std::function<std::optional<std::string>()> reload;
  std::function<std::optional<std::string>(const std::string& backend)> swapBackend;
};

/// Declares the JSON API under /api on `admin`; docs/operating.md describes it. Everything that `parts`
/// refers to must outlive the app's last request.
void addAdminApi(http::App& admin, const AdminParts& parts);

}  // namespace larder::host

#endif
