// SPDX-License-Identifier: Apache-2.0
#include "serve/users_service.hpp"

#include <string_view>

#include "users/open_user_store.hpp"

namespace larder::host {
namespace {

// Metrics are read without the code at hand, where "list" alone would not say what is listed.
std::string_view metricNameOf(std::string_view handler) {
  if (handler == "list") return "list_users";
  if (handler == "get") return "get_user";
  if (handler == "create") return "create_user";
  if (handler == "update") return "update_user";
  if (handler == "change") return "change_user";
  if (handler == "erase") return "erase_user";
  return handler;
}

users::UserHandlerObservers observersOf(EventCounts& executions, Faults& faults) {
  return {.executed = [&executions](std::string_view handler) { executions.add(metricNameOf(handler)); },
          .unavailable = [&faults](std::string_view reason) { faults.report("users database", reason); }};
}

}  // namespace

UsersService::UsersService(const UsersConfig& config, EventCounts& executions, Faults& faults)
    : store_(users::openUserStore(config.database)),
      handlers_(*store_, config.delay, observersOf(executions, faults)) {}

UserRoutes UsersService::routes(SessionStore& sessions) {
  using http::Request;
  return {.list = [this](const Request& request) { return handlers_.list(request); },
          .get = [this](const Request& request) { return handlers_.get(request); },
          .create = [this](const Request& request) { return handlers_.create(request); },
          .update = [this](const Request& request) { return handlers_.update(request); },
          .change = [this](const Request& request) { return handlers_.change(request); },
          // Sessions end first: one that ends too early does no harm, one that outlives its user might.
          .erase =
              [this, &sessions](const Request& request) {
                sessions.revokeAll(request.param("id"));
                return handlers_.erase(request);
              }};
}

}  // namespace larder::host
