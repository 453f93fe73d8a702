// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_ROUTE_OVERRIDES_HPP
#define LARDER_SERVE_ROUTE_OVERRIDES_HPP

#include <larder/http/endpoints.hpp>
#include "config/config.hpp"

namespace larder::host {

/// Throws ConfigError for a route that does not exist or is not cached, or whose keys conflict.
void checkRoutes(const Config& config, const http::Endpoints& endpoints);

/// Applies each route's configured rules, or cache.expire if it has none for the time to live, to its cached
/// endpoint. The configuration must have passed checkRoutes(). May be called while requests are served.
void overridePolicies(const Config& config, http::Endpoints& endpoints);

}  // namespace larder::host

#endif
