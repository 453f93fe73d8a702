// SPDX-License-Identifier: Apache-2.0
#include "serve/user_endpoints.hpp"

namespace larder::host {

void addUserEndpoints(http::Endpoints& endpoints, const UserRoutes& routes,
                      std::chrono::milliseconds expire) {
  endpoints.get("/users", routes.list, cache(expire).tag("users"));
  endpoints.get("/users/{id}", routes.get, cache(expire).tag("user:{id}"));
  endpoints.post("/users", routes.create, invalidates("users"));
  endpoints.put("/users/{id}", routes.update, invalidates("users", "user:{id}"));
  endpoints.patch("/users/{id}", routes.change, invalidates("users", "user:{id}"));
  endpoints.del("/users/{id}", routes.erase, invalidates("users", "user:{id}"));
}

}  // namespace larder::host
