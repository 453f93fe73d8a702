// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ROUTE_LIST_HPP
#define LARDER_ADMIN_ROUTE_LIST_HPP

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <larder/http/endpoints.hpp>
#include "config/config.hpp"

namespace larder::host {

/// One thing that is declared of a route, and where: "code", or a key of the configuration with the place
/// where it was given, "cache.expire (larder.toml:14)", "cache.expire (default)"; both
/// where a key adds to the code's.
struct RouteRule {
  std::string name;
  std::string value;
  std::string from;
};

struct RouteRow {
  const http::Endpoint& endpoint;  ///< of the endpoints that were listed
  std::vector<RouteRule> rules;    ///< of its policy, and what it invalidates
};

/// The routes with all that is declared of them. `config` is the configuration that is in effect on them.
std::vector<RouteRow> listRoutes(const http::Endpoints& endpoints, const Config& config);

/// The rules of one of the endpoints.
std::vector<RouteRule> rulesOf(const http::Endpoint& endpoint, const Config& config);

/// As GET /api/routes answers it.
nlohmann::ordered_json asJson(const std::vector<RouteRow>& routes);
nlohmann::ordered_json asJson(const std::vector<RouteRule>& rules);

}  // namespace larder::host

#endif
