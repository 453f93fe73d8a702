// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CLI_ROUTE_OVERRIDES_HPP
#define LARDER_CLI_ROUTE_OVERRIDES_HPP

#include <map>
#include <string>

#include "config/config.hpp"
#include "endpoint/app.hpp"

namespace larder::host {

/// Gives cached endpoints the times to live of the configuration. Throws ConfigError for a route that the app
/// has not, or does not cache.
void overrideExpiries(const std::map<std::string, RouteConfig>& routes, http::App& app);

}  // namespace larder::host

#endif
