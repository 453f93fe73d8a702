// SPDX-License-Identifier: Apache-2.0
#include "serve/session_endpoints.hpp"

#include "pages/page_response.hpp"

namespace larder::host {

void addSessionEndpoints(http::Endpoints& endpoints, const SessionRoutes& routes) {
  endpoints.post("/sessions", routes.login);
  endpoints.get("/sessions/current", routes.current);
  endpoints.patch("/sessions/current", routes.change);
  endpoints.del("/sessions/current", routes.logout);
  endpoints.del("/users/{id}/sessions", routes.revoke);
  endpoints.get("/demo", [](const http::Request&) { return pages::page("demo.html"); });
  endpoints.get("/demo.js", [](const http::Request&) { return pages::page("demo.js"); });
}

}  // namespace larder::host
