// SPDX-License-Identifier: Apache-2.0
#include "serve/host_endpoints.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "openapi/descriptions.hpp"
#include "openapi/openapi.hpp"
#include "welcome/welcome.hpp"

namespace larder::host {
namespace {

constexpr std::string_view kMetrics = "GET /metrics";

bool hasRoute(const http::Endpoints& endpoints, std::string_view name) {
  return std::ranges::any_of(endpoints.router().endpoints(),
                             [&](const auto& endpoint) { return endpoint->name() == name; });
}

// The handler builds the document on demand, when all routes are registered.
void addOpenApi(http::Endpoints& endpoints) {
  const auto document = std::make_shared<std::string>();
  endpoints.get("/openapi.json",
                [document](const http::Request&) { return http::Response::json(*document); });
  auto descriptions = operationDescriptions();
  std::erase_if(descriptions, [&](const OperationDescription& each) {
    return each.route == kMetrics && !hasRoute(endpoints, kMetrics);
  });
  *document = openApiDocument(endpoints.router(), descriptions, describedComponents());
}

}  // namespace

void addHostEndpoints(http::Endpoints& endpoints, const HostRoutes& routes,
                      std::chrono::milliseconds expire) {
  addSessionEndpoints(endpoints, routes.sessions);
  addUserEndpoints(endpoints, routes.users, expire);
  endpoints.get("/healthz", routes.healthz);
  if (routes.metrics) endpoints.get("/metrics", routes.metrics);
  endpoints.get("/", routes.welcome);
  addPageFiles(endpoints);
  addOpenApi(endpoints);
}

HostRoutes unanswered(const ServerConfig& config) {
  const auto none = [](const http::Request&) -> http::Response {
    throw std::logic_error("this route was declared for listing only");
  };
  return {.users = {.list = none, .get = none, .create = none, .update = none, .change = none, .erase = none},
          .sessions = {.login = none, .current = none, .change = none, .logout = none, .revoke = none},
          .healthz = none,
          .metrics = config.metrics ? http::Handler(none) : http::Handler(),
          .welcome = none};
}

}  // namespace larder::host
