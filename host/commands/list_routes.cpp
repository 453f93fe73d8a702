// SPDX-License-Identifier: Apache-2.0
#include "commands/list_routes.hpp"

#include <iostream>
#include <string>
#include <vector>

#include "admin/route_list.hpp"
#include "commands/plugin_text.hpp"
#include "commands/text_table.hpp"
#include "config/config.hpp"
#include "serve/host_endpoints.hpp"
#include "serve/route_overrides.hpp"

namespace larder::host {
namespace {

// A line for each rule; a route is named at its first.
void printTable(const std::vector<RouteRow>& routes) {
  TextTable table({"METHOD", "PATH", "RULE", "FROM"});
  for (const auto& [endpoint, rules] : routes) {
    if (rules.empty()) table.add({endpoint.method, endpoint.pattern, "not cached", "code"});
    for (const auto& rule : rules) {
      const bool first = &rule == &rules.front();
      table.add({first ? endpoint.method : "", first ? endpoint.pattern : "", rule.name + " " + rule.value,
                 printable(rule.from)});
    }
  }
  std::cout << table.text() << std::flush;
}

}  // namespace

void listRoutes(const ConfigSources& sources, bool json) {
  const Config config = loadConfig(sources);
  http::Endpoints endpoints;
  addHostEndpoints(endpoints, unanswered(config.server), config.cache.expire);
  checkRoutes(config, endpoints);
  overridePolicies(config, endpoints);
  const auto routes = listRoutes(endpoints, config);
  if (json) return print(asJson(routes));
  printTable(routes);
}

}  // namespace larder::host
