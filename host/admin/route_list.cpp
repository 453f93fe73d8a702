// SPDX-License-Identifier: Apache-2.0
#include "admin/route_list.hpp"

#include "endpoint/policy_rules.hpp"
#include "http/comma_list.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

// "larder.toml:14: " as messages begin, without what leads over to the message.
std::string placeOf(std::string source) {
  source.erase(source.find_last_not_of(": ") + 1);
  return source;
}

std::string fromKey(const std::string& key, const std::string& source) {
  return key + " (" + (source.empty() ? "default" : placeOf(source)) + ")";
}

std::string whereExpireIsFrom(const std::string& route, const Config& config) {
  const auto own = config.routes.find(route);
  if (own != config.routes.end()) return fromKey("route.\"" + route + "\".expire", own->second.source);
  const auto given = config.sources.find("cache.expire");
  return fromKey("cache.expire", given == config.sources.end() ? std::string() : given->second);
}

Json routeAsJson(const RouteRow& row) {
  const auto& endpoint = row.endpoint;
  Json route{{"route", endpoint.name()},
             {"method", endpoint.method},
             {"pattern", endpoint.pattern},
             {"cached", endpoint.policy.has_value()}};
  if (endpoint.policy) {
    route["expire_ms"] = endpoint.policy->expire().count();
    route["tags"] = endpoint.policy->tags();
  }
  if (!endpoint.invalidates.empty()) route["invalidates"] = endpoint.invalidates;
  route["rules"] = asJson(row.rules);
  return route;
}

}  // namespace

std::vector<RouteRule> rulesOf(const http::Endpoint& endpoint, const Config& config) {
  std::vector<RouteRule> rules;
  if (endpoint.policy)
    for (const auto& rule : http::rulesOf(*endpoint.policy))
      rules.push_back({std::string(rule.name), rule.value,
                       rule.name == "expire" ? whereExpireIsFrom(endpoint.name(), config) : "code"});
  if (!endpoint.invalidates.empty())
    rules.push_back({"invalidates", http::commaList(endpoint.invalidates), "code"});
  return rules;
}

std::vector<RouteRow> listRoutes(const http::Endpoints& endpoints, const Config& config) {
  std::vector<RouteRow> rows;
  for (const auto& endpoint : endpoints.router().endpoints())
    rows.push_back({*endpoint, rulesOf(*endpoint, config)});
  return rows;
}

nlohmann::ordered_json asJson(const std::vector<RouteRule>& rules) {
  Json list = Json::array();
  for (const auto& rule : rules)
    list.push_back({{"rule", rule.name}, {"value", rule.value}, {"from", rule.from}});
  return list;
}

nlohmann::ordered_json asJson(const std::vector<RouteRow>& routes) {
  Json list = Json::array();
  for (const auto& row : routes) list.push_back(routeAsJson(row));
  return {{"routes", std::move(list)}};
}

}  // namespace larder::host
