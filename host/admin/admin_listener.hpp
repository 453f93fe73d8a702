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

/// The pages that both listeners serve.
struct AdminPages {
  std::function<http::Response()> healthz;
  std::function<http::Response()> metrics;
};

/// The listener for operators and their tools, on its own port: health, metrics and the JSON API. Connections
/// use no thread, so idle ones and slow clients delay no other.
class AdminListener {
 public:
  /// Starts listening. Throws ConfigError if the address can be reached from outside and there is no token,
  /// and what http::EventServer throws. If the address is the default and another program has the port, it
  /// only logs that there is no admin listener. All arguments must outlive it.
  AdminListener(const AdminConfig& config, const AdminParts& parts, const AdminPages& pages, Faults& faults,
                const Logger& logger);
  AdminListener(const AdminListener&) = delete;
  AdminListener& operator=(const AdminListener&) = delete;

  /// Sets whether /readyz answers 200 or, as initially, 503. It is meant for load balancers of the main
  /// listener.
  void setReady(bool ready) { ready_ = ready; }

 private:
  void answer(http::Request&& request, http::Responder& responder);

  const AdminAccess access_;
  http::App app_;
  std::atomic<bool> ready_{false};
  WorkerPool workers_;
  std::unique_ptr<http::EventServer> server_;  // last: its thread uses the other members
};

}  // namespace larder::host

#endif
