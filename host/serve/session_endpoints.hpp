// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SESSION_ENDPOINTS_HPP
#define LARDER_SERVE_SESSION_ENDPOINTS_HPP

#include <larder/http/endpoints.hpp>

namespace larder::host {

/// The handlers of the log-in and session routes.
struct SessionRoutes {
  http::Handler login;
  http::Handler current;
  http::Handler change;
  http::Handler logout;
  http::Handler revoke;
};

/// Declares these routes and the page that demonstrates them.
void addSessionEndpoints(http::Endpoints& endpoints, const SessionRoutes& routes);

}  // namespace larder::host

#endif
