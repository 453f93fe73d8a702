// SPDX-License-Identifier: Apache-2.0
#include "cli/route_overrides.hpp"

#include <larder/nearest.hpp>

#include <vector>

namespace larder::host {
namespace {

std::vector<std::string> cachedEndpoints(const http::App& app) {
  std::vector<std::string> names;
  for (const auto& endpoint : app.router().endpoints())
    if (endpoint->policy) names.push_back(endpoint->name());
  return names;
}

}  // namespace

void overrideExpiries(const std::map<std::string, RouteConfig>& routes, http::App& app) {
  for (const auto& [name, route] : routes) {
    if (app.overrideExpire(name, route.expire)) continue;
    throw ConfigError(route.source + "route.\"" + name + "\": is not a cached endpoint" +
                      suggestion(name, cachedEndpoints(app)));
  }
}

}  // namespace larder::host
