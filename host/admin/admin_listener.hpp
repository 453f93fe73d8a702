// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_LISTENER_HPP
#define LARDER_ADMIN_ADMIN_LISTENER_HPP

#include <atomic>
#include <functional>
#include <memory>

#include <larder/http/app.hpp>
#include <larder/http/poco_server.hpp>
#include "admin/admin_access.hpp"
#include "admin/admin_api.hpp"
#include "admin/faults.hpp"
#include "config/config.hpp"
#include "logging/logger.hpp"

namespace larder::host {

/// The pages that are the same on both listeners.
struct AdminPages {
  std::function<http::Response()> healthz;
  std::function<http::Response()> metrics;
};

/// What operators and their tools talk to, on a port of its own: health, metrics, the JSON API.
class AdminListener {
 public:
  /// Begins to listen. Throws ConfigError if the address can be reached from outside and there is no token,
  /// and what http::PocoServer throws; but if nobody chose the address and another has the port, it logs that
  /// there is no admin listener. What it is given must outlive it.
  AdminListener(const AdminConfig& config, const AdminParts& parts, const AdminPages& pages, Faults& faults,
                const Logger& logger);
  AdminListener(const AdminListener&) = delete;
  AdminListener& operator=(const AdminListener&) = delete;

  /// Whether /readyz answers 200 or 503, as at first: for whoever sends requests to the main listener.
  void setReady(bool ready) { ready_ = ready; }

 private:
  http::Response answer(http::Request request);

  const AdminAccess access_;
  http::App app_;
  std::atomic<bool> ready_{false};
  std::unique_ptr<http::PocoServer> server_;  // last: its threads use the rest
};

}  // namespace larder::host

#endif
