// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_ROUTE_OVERRIDES_HPP
#define LARDER_SERVE_ROUTE_OVERRIDES_HPP

#include <larder/http/endpoints.hpp>
#include "config/config.hpp"

namespace larder::host {

/// Throws ConfigError for a route that is not there, or not cached, or whose keys do not go together.
void checkRoutes(const Config& config, const http::Endpoints& endpoints);

/// Puts the rules of its route in the configuration over those of each cached endpoint, cache.expire where
/// the route has no time to live. checkRoutes() has taken them. Also while requests are served.
void overridePolicies(const Config& config, http::Endpoints& endpoints);

}  // namespace larder::host

#endif
