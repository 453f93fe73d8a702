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

// Prints one line per rule. A table for people shows the route only in its first line.
void printTable(const std::vector<RouteRow>& routes, TableFormat format) {
  TextTable table({"METHOD", "PATH", "RULE", "FROM"});
  for (const auto& [endpoint, rules] : routes) {
    if (rules.empty()) table.add({endpoint.method, endpoint.pattern, "not cached", "code"});
    for (const auto& rule : rules) {
      const bool first = format == TableFormat::tsv || &rule == &rules.front();
      table.add({first ? endpoint.method : "", first ? endpoint.pattern : "", rule.name + " " + rule.value,
                 printable(rule.from)});
    }
  }
  std::cout << table.in(format) << std::flush;
}

}  // namespace

void listRoutes(const ConfigSources& sources, TableFormat format) {
  const Config config = loadConfig(sources);
  http::Endpoints endpoints;
  addHostEndpoints(endpoints, unanswered(config.server), config.cache.expire);
  checkRoutes(config, endpoints);
  overridePolicies(config, endpoints);
  const auto routes = listRoutes(endpoints, config);
  if (format == TableFormat::json) return print(asJson(routes));
  printTable(routes, format);
}

}  // namespace larder::host
