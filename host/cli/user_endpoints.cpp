// SPDX-License-Identifier: Apache-2.0
#include "cli/user_endpoints.hpp"

namespace larder::host {

void addUserEndpoints(http::App& app, users::UserHandlers& handlers, std::chrono::milliseconds expire,
                      SessionStore& sessions) {
  const auto list = [&handlers](const http::Request& request) { return handlers.list(request); };
  const auto get = [&handlers](const http::Request& request) { return handlers.get(request); };
  const auto create = [&handlers](const http::Request& request) { return handlers.create(request); };
  const auto update = [&handlers](const http::Request& request) { return handlers.update(request); };
  // In this order: a session that ends too early harms nobody, one that outlives its user might.
  const auto erase = [&handlers, &sessions](const http::Request& request) {
    sessions.revokeAll(request.param("id"));
    return handlers.erase(request);
  };

  app.get("/users", list, cache(expire).tag("users"));
  app.get("/users/{id}", get, cache(expire).tag("users", "user:{id}"));
  app.post("/users", create, invalidates("users"));
  app.put("/users/{id}", update, invalidates("users", "user:{id}"));
  app.del("/users/{id}", erase, invalidates("users", "user:{id}"));
}

}  // namespace larder::host
