// SPDX-License-Identifier: Apache-2.0
#include "serve/route_overrides.hpp"

#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace larder::host {
namespace {

std::vector<std::string> cachedEndpoints(const http::Endpoints& endpoints) {
  std::vector<std::string> names;
  for (const auto& endpoint : endpoints.router().endpoints())
    if (endpoint->policy) names.push_back(endpoint->name());
  return names;
}

http::PolicyOverride rulesFor(const std::string& route, const Config& config) {
  const auto own = config.routes.find(route);
  auto rules = own == config.routes.end() ? http::PolicyOverride{} : own->second.rules;
  if (!rules.expire) rules.expire = config.cache.expire;
  return rules;
}

// Returns the place of any of the route's keys: in a conflict, no key is more at fault than another.
std::string placeOf(const RouteConfig& route) {
  return route.sources.empty() ? std::string() : route.sources.begin()->second;
}

}  // namespace

void checkRoutes(const Config& config, const http::Endpoints& endpoints) {
  const auto cached = cachedEndpoints(endpoints);
  for (const auto& [name, route] : config.routes)
    if (std::find(cached.begin(), cached.end(), name) == cached.end())
      throw ConfigError(placeOf(route) + "route.\"" + name + "\": is not a cached endpoint" +
                        suggestion(name, cached));
  for (const auto& endpoint : endpoints.router().endpoints()) {
    const auto route = config.routes.find(endpoint->name());
    if (route == config.routes.end()) continue;
    try {
      static_cast<void>(http::overridden(endpoint->policy.declared(), rulesFor(endpoint->name(), config)));
    } catch (const std::invalid_argument& error) {
      throw ConfigError(placeOf(route->second) + "route.\"" + route->first + "\": " + error.what());
    }
  }
}

void overridePolicies(const Config& config, http::Endpoints& endpoints) {
  for (const auto& name : cachedEndpoints(endpoints)) endpoints.overridePolicy(name, rulesFor(name, config));
}

}  // namespace larder::host
