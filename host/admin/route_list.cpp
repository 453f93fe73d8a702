// SPDX-License-Identifier: Apache-2.0
#include "admin/route_list.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/route_keys.hpp"
#include "endpoint/policy_rules.hpp"
#include "http/comma_list.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

// Turns a message prefix, "larder.toml:14: ", into a place.
std::string placeOf(std::string source) {
  source.erase(source.find_last_not_of(": ") + 1);
  return source;
}

std::string fromKey(const std::string& key, const std::string& source) {
  return key + " (" + (source.empty() ? "default" : placeOf(source)) + ")";
}

// A rule that configuration turned off is not part of the policy, but an operator looks for it.
void addWhatIsOff(const std::string& route, const Config& config, std::vector<RouteRule>& rules) {
  const auto own = config.routes.find(route);
  if (own == config.routes.end()) return;
  for (const auto& [key, source] : own->second.sources) {
    const auto rule = ruleOfRouteKey(key);
    const auto listed = [&](const RouteRule& each) { return each.name == rule; };
    if (std::ranges::none_of(rules, listed) && rule != "enabled")
      rules.push_back({std::string(rule), "off", fromKey("route.\"" + route + "\"." + key, source)});
  }
}

bool addsToCode(std::string_view rule, const CachePolicy& declared) {
  if (rule == "varyByHeader") return !declared.headers().empty();
  if (rule == "varyByQuery") return declared.queryParameters() && !declared.queryParameters()->empty();
  return false;
}

// Returns the configuration keys that set a rule: none, one, or several for the statuses.
std::string whereItIsFrom(std::string_view rule, const http::RoutePolicy& policy, const std::string& route,
                          const Config& config) {
  const auto own = config.routes.find(route);
  std::string from;
  if (own != config.routes.end()) {
    // Without a time of its own, revalidation is implied by honourResponse.
    const bool implied = rule == "revalidate" && policy.declared().revalidateWindow().count() == 0 &&
                         !own->second.sources.contains("revalidate");
    const auto wanted = routeKeyOf(implied ? "honourResponse" : rule);
    for (const auto& [key, source] : own->second.sources) {
      if (key != wanted && !(rule == "statuses" && key.starts_with("expire_for."))) continue;
      from += (from.empty() ? "" : ", ") + fromKey("route.\"" + route + "\"." + key, source);
    }
  }
  if (!from.empty()) return (addsToCode(rule, policy.declared()) ? "code, " : "") + from;
  if (rule != "expire") return "code";
  const auto given = config.sources.find("cache.expire");
  return fromKey("cache.expire", given == config.sources.end() ? std::string() : given->second);
}

Json routeAsJson(const RouteRow& row) {
  const auto& endpoint = row.endpoint;
  Json route{{"route", endpoint.name()},
             {"method", endpoint.method},
             {"pattern", endpoint.pattern},
             {"cached", endpoint.policy && endpoint.policy.enabled()}};
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
  const auto add = [&](std::string_view name, std::string value) {
    auto from = whereItIsFrom(name, endpoint.policy, endpoint.name(), config);
    rules.push_back({std::string(name), std::move(value), std::move(from)});
  };
  if (endpoint.policy && !endpoint.policy.enabled()) add("enabled", "no");
  if (endpoint.policy)
    for (auto& rule : http::rulesOf(*endpoint.policy)) add(rule.name, std::move(rule.value));
  if (endpoint.policy) addWhatIsOff(endpoint.name(), config, rules);
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
