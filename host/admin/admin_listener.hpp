// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_LISTENER_HPP
#define LARDER_ADMIN_ADMIN_LISTENER_HPP

#include <larder/worker_pool.hpp>

#include <atomic>
#include <functional>
#include <memory>

#include <larder/http/app.hpp>
#include <larder/http/event_server.hpp>
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

/// What operators and their tools talk to, on a port of its own: health, metrics, the JSON API. Connections
/// cost it no thread, so idle ones and slow clients delay no other.
class AdminListener {
 public:
  /// Begins to listen. Throws ConfigError if the address can be reached from outside and there is no token,
  /// and what http::EventServer throws; but if nobody chose the address and another has the port, it logs
  /// that there is no admin listener. What it is given must outlive it.
  AdminListener(const AdminConfig& config, const AdminParts& parts, const AdminPages& pages, Faults& faults,
                const Logger& logger);
  AdminListener(const AdminListener&) = delete;
  AdminListener& operator=(const AdminListener&) = delete;

  /// Sets whether /readyz answers 200 or 503, which it does at first: for load balancers of the main
  /// listener.
  void setReady(bool ready) { ready_ = ready; }

 private:
  void answer(http::Request&& request, http::Responder& responder);

  const AdminAccess access_;
  http::App app_;
  std::atomic<bool> ready_{false};
  WorkerPool workers_;
  std::unique_ptr<http::EventServer> server_;  // last: its thread uses the rest
};

}  // namespace larder::host

#endif
