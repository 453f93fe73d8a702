// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_ROUTE_OVERRIDES_HPP
#define LARDER_SERVE_ROUTE_OVERRIDES_HPP

#include <map>
#include <string>

#include <larder/http/endpoints.hpp>
#include "config/config.hpp"

namespace larder::host {

/// Throws ConfigError for a route that is not there, or not cached.
void checkRoutes(const std::map<std::string, RouteConfig>& routes, const http::Endpoints& endpoints);

/// Gives every cached endpoint the time to live of its route in the configuration, or else cache.expire. Also
/// while requests are served.
void applyExpiries(const Config& config, http::Endpoints& endpoints);

}  // namespace larder::host

#endif
