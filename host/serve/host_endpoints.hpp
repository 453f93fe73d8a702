// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_HOST_ENDPOINTS_HPP
#define LARDER_SERVE_HOST_ENDPOINTS_HPP

#include <chrono>

#include <larder/http/endpoints.hpp>
#include "config/config.hpp"
#include "serve/session_endpoints.hpp"
#include "serve/user_endpoints.hpp"

namespace larder::host {

/// What answers the routes of `larder serve`.
struct HostRoutes {
  UserRoutes users;
  SessionRoutes sessions;
  http::Handler healthz;
  http::Handler metrics;  ///< empty: served only by the admin listener
  http::Handler welcome;  ///< GET /
};

/// Declares every route of `larder serve`, with `expire` as the default of cached ones, and GET
/// /openapi.json, which describes them all. Listing the routes needs neither a database nor a backend:
/// `unanswered` returns routes that must not be called.
void addHostEndpoints(http::Endpoints& endpoints, const HostRoutes& routes, std::chrono::milliseconds expire);
HostRoutes unanswered(const ServerConfig& config);

}  // namespace larder::host

#endif
