// SPDX-License-Identifier: Apache-2.0
#include "serve/route_overrides.hpp"

#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <vector>

namespace larder::host {
namespace {

std::vector<std::string> cachedEndpoints(const http::Endpoints& endpoints) {
  std::vector<std::string> names;
  for (const auto& endpoint : endpoints.router().endpoints())
    if (endpoint->policy) names.push_back(endpoint->name());
  return names;
}

}  // namespace

void checkRoutes(const std::map<std::string, RouteConfig>& routes, const http::Endpoints& endpoints) {
  const auto cached = cachedEndpoints(endpoints);
  for (const auto& [name, route] : routes)
    if (std::find(cached.begin(), cached.end(), name) == cached.end())
      throw ConfigError(route.source + "route.\"" + name + "\": is not a cached endpoint" +
                        suggestion(name, cached));
}

void applyExpiries(const Config& config, http::Endpoints& endpoints) {
  for (const auto& name : cachedEndpoints(endpoints)) {
    const auto route = config.routes.find(name);
    endpoints.overrideExpire(name, route == config.routes.end() ? config.cache.expire : route->second.expire);
  }
}

}  // namespace larder::host
