// SPDX-License-Identifier: Apache-2.0
#include "config/route_keys.hpp"

#include <larder/quantity.hpp>
#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "config/values.hpp"

namespace larder::host {
namespace {

using std::chrono::milliseconds;
using Rules = http::PolicyOverride;

constexpr milliseconds kOff{0};
constexpr std::string_view kExpireFor = "expire_for";

int statusIn(const Setting& setting, const std::string& text) {
  const auto status = parseInteger(text);
  if (!status || *status < 200 || *status > 599 || *status == 206 || *status == 304)
    refuse(setting, inQuotes(text) + " is not a cacheable status; use 200 to 599 except 206 and 304");
  return static_cast<int>(*status);
}

std::vector<int> statusesOf(const Setting& setting) {
  std::vector<int> statuses;
  for (const auto& text : listOf(setting, "404")) statuses.push_back(statusIn(setting, text));
  return statuses;
}

std::vector<std::string> namesIn(const Setting& setting, std::string_view example) {
  auto names = listOf(setting, example);
  for (const auto& name : names)
    if (name.empty() || name == "*") refuse(setting, inQuotes(name) + " is not a name");
  return names;
}

// Client lifetimes are whole seconds.
std::chrono::seconds clientMaxAgeOf(const Setting& setting) {
  const auto age = durationOf(setting, kOff, kOneYear);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(age);
  if (seconds != age) refuse(setting, inQuotes(setting.texts.front()) + " is not a whole number of seconds");
  return seconds;
}

struct RouteKey {
  std::string_view name;
  std::string_view rule;  // the name in code
  void (*take)(const Setting& setting, Rules& rules);
};

const RouteKey kRouteKeys[] = {
    {"enabled", "enabled", [](const Setting& s, Rules& r) { r.enabled = booleanOf(s); }},
    {"expire", "expire",
     [](const Setting& s, Rules& r) { r.expire = durationOf(s, milliseconds(1), kOneYear); }},
    {"statuses", "statuses", [](const Setting& s, Rules& r) { r.statuses = statusesOf(s); }},
    {"stale_while_revalidate", "staleWhileRevalidate",
     [](const Setting& s, Rules& r) { r.staleWhileRevalidate = durationOf(s, kOff, kOneYear); }},
    {"stale_if_error", "staleIfError",
     [](const Setting& s, Rules& r) { r.staleIfError = durationOf(s, kOff, kOneYear); }},
    {"soft_timeout", "softTimeout",
     [](const Setting& s, Rules& r) { r.softTimeout = durationOf(s, kOff, kOneYear); }},
    {"eager_refresh", "eagerRefresh", [](const Setting& s, Rules& r) { r.eagerRefresh = partOf(s); }},
    {"jitter", "jitter", [](const Setting& s, Rules& r) { r.jitter = partOf(s); }},
    {"honour_response", "honourResponse",
     [](const Setting& s, Rules& r) { r.honourResponse = durationOf(s, kOff, kOneYear); }},
    {"ignore_response", "ignoreResponse",
     [](const Setting& s, Rules& r) { r.ignoreResponse = booleanOf(s); }},
    {"targeted_by", "targetedBy",
     [](const Setting& s, Rules& r) { r.targetedBy = namesIn(s, "CDN-Cache-Control"); }},
    {"revalidate", "revalidate",
     [](const Setting& s, Rules& r) { r.revalidate = durationOf(s, kOff, kOneYear); }},
    {"honour_client", "honourClient", [](const Setting& s, Rules& r) { r.honourClient = booleanOf(s); }},
    {"lock_across_hosts", "lockAcrossHosts",
     [](const Setting& s, Rules& r) { r.lockAcrossHosts = durationOf(s, kOff, kOneYear); }},
    {"vary_query", "varyByQuery", [](const Setting& s, Rules& r) { r.varyByQuery = namesIn(s, "page"); }},
    {"vary_query_except", "varyByQueryExcept",
     [](const Setting& s, Rules& r) { r.varyByQueryExcept = namesIn(s, "utm_source"); }},
    {"vary_header", "varyByHeader",
     [](const Setting& s, Rules& r) { r.varyByHeader = namesIn(s, "Accept-Language"); }},
    {"client_max_age", "clientMaxAge",
     [](const Setting& s, Rules& r) { r.clientMaxAge = clientMaxAgeOf(s); }},
    {"compress_from", "compress", [](const Setting& s, Rules& r) { r.compressFrom = compressFromOf(s); }},
    {"gzip_from", "gzipFrom", [](const Setting& s, Rules& r) { r.gzipFrom = sizeOf(s, 0, kOneGiB); }},
};

// expire_for = { 404 = "5s" }. A 200 is always cached.
void takeExpireFor(const Setting& setting, Rules& rules) {
  if (setting.path.size() != 4)
    refuse(setting, "takes a table of statuses and durations, like { 404 = \"5s\" }");
  const int status = statusIn(setting, setting.path[3]);
  rules.expireFor[status] = durationOf(setting, status == 200 ? milliseconds(1) : kOff, kOneYear);
}

void take(const Setting& setting, Rules& rules) {
  const auto& name = setting.path[2];
  if (name == kExpireFor) return takeExpireFor(setting, rules);
  const auto* const known =
      std::ranges::find_if(kRouteKeys, [&](const RouteKey& each) { return each.name == name; });
  if (known == std::end(kRouteKeys))
    refuse(setting, "unknown key " + inQuotes(name) + suggestion(name, routeKeys()));
  if (setting.path.size() > 3) refuse(setting, inQuotes(name) + " is a value, not a section");
  known->take(setting, rules);
}

}  // namespace

void applyRoute(const Setting& setting, Config& config) {
  if (setting.path.size() < 3) {
    if (setting.kind != Setting::Kind::section)
      refuse(setting, "is a section, not a value; write [route.\"GET /users\"]");
    if (setting.path.size() == 2) config.routes[setting.path[1]];
    return;
  }
  RouteConfig& route = config.routes[setting.path[1]];
  take(setting, route.rules);
  const auto key = setting.path[2] + (setting.path.size() > 3 ? "." + setting.path[3] : std::string());
  route.sources[key] = setting.source;
  route.given[key] = setting.texts;
}

std::vector<std::string> routeKeys() {
  std::vector<std::string> names;
  for (const auto& key : kRouteKeys) names.emplace_back(key.name);
  names.emplace_back(kExpireFor);
  return names;
}

std::string_view routeKeyOf(std::string_view rule) {
  const auto* const known =
      std::ranges::find_if(kRouteKeys, [&](const RouteKey& each) { return each.rule == rule; });
  return known == std::end(kRouteKeys) ? std::string_view() : known->name;
}

std::string_view ruleOfRouteKey(std::string_view key) {
  const auto* const known =
      std::ranges::find_if(kRouteKeys, [&](const RouteKey& each) { return each.name == key; });
  return known == std::end(kRouteKeys) ? "statuses" : known->rule;
}

}  // namespace larder::host
