// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SESSIONS_SERVICE_HPP
#define LARDER_SERVE_SESSIONS_SERVICE_HPP

#include <larder/rate_limit.hpp>
#include <larder/session.hpp>

#include <memory>
#include <string_view>

#include <larder/http/app.hpp>
#include "admin/faults.hpp"
#include "config/config.hpp"
#include "logging/backend_reports.hpp"
#include "login/login_handlers.hpp"
#include "serve/plugin_set.hpp"
#include "serve/session_endpoints.hpp"
#include "users/user_store.hpp"

namespace larder::host {

/// Log-in and sessions: their own backend, the session store, the rate limits and the endpoints.
class SessionsService {
 public:
  /// Opens the backend. Throws what openBackend() throws, and ConfigError if the backend cannot hold
  /// sessions. Everything but `config` and `plugins` must outlive it.
  SessionsService(const Config& config, PluginSet& plugins, BackendReports& reports, users::UserStore& users,
                  Faults& faults);
  SessionsService(const SessionsService&) = delete;
  SessionsService& operator=(const SessionsService&) = delete;

  /// Gives the app's requests sessions. This must outlive the last request to the app and to routes().
  void bindTo(http::App& app) { app.useSessions(store_, cookie_); }
  /// Returns the handlers of the routes.
  SessionRoutes routes();

  SessionStore& store() { return store_; }
  const Backend& backend() const { return *backend_; }

 private:
  const std::shared_ptr<Backend> backend_;
  const http::SessionCookie cookie_;
  SessionStore store_;
  RateLimit byEmail_;
  RateLimit byAddress_;
  login::LoginHandlers handlers_;
};

}  // namespace larder::host

#endif
