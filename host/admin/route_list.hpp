// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ROUTE_LIST_HPP
#define LARDER_ADMIN_ROUTE_LIST_HPP

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <larder/http/endpoints.hpp>
#include "config/config.hpp"

namespace larder::host {

/// One rule of a route, and its origin: "code", or a configuration key with its place, "cache.expire
/// (larder.toml:14)", "cache.expire (default)"; both if a key adds to a rule declared in code.
struct RouteRule {
  std::string name;
  std::string value;
  std::string from;
};

struct RouteRow {
  const http::Endpoint& endpoint;  ///< one of the listed endpoints
  std::vector<RouteRule> rules;    ///< of its policy, and its invalidations
};

/// Returns the routes with all their rules. `config` is the configuration in effect.
std::vector<RouteRow> listRoutes(const http::Endpoints& endpoints, const Config& config);

/// Returns the rules of one endpoint.
std::vector<RouteRule> rulesOf(const http::Endpoint& endpoint, const Config& config);

/// Returns the routes as GET /api/routes responds with them.
nlohmann::ordered_json asJson(const std::vector<RouteRow>& routes);
nlohmann::ordered_json asJson(const std::vector<RouteRule>& rules);

}  // namespace larder::host

#endif
