// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_USER_ENDPOINTS_HPP
#define LARDER_SERVE_USER_ENDPOINTS_HPP

#include <chrono>

#include <larder/http/endpoints.hpp>

namespace larder::host {

/// The handlers of the users' routes.
struct UserRoutes {
  http::Handler list;
  http::Handler get;
  http::Handler create;
  http::Handler update;
  http::Handler change;
  http::Handler erase;
};

/// Declares the users' routes, which responses are cached for `expire`, and which of them each write
/// invalidates.
void addUserEndpoints(http::Endpoints& endpoints, const UserRoutes& routes, std::chrono::milliseconds expire);

}  // namespace larder::host

#endif
