// SPDX-License-Identifier: Apache-2.0
#include "cli/users_service.hpp"

#include <string_view>

#include "cli/user_endpoints.hpp"
#include "users/open_user_store.hpp"

namespace larder::host {
namespace {

// Metrics are read without the code at hand, where "list" alone would not say what was listed.
std::string_view metricNameOf(std::string_view handler) {
  if (handler == "list") return "list_users";
  if (handler == "get") return "get_user";
  if (handler == "create") return "create_user";
  if (handler == "update") return "update_user";
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

void UsersService::addTo(http::App& app, std::chrono::milliseconds expire, SessionStore& sessions) {
  addUserEndpoints(app, handlers_, expire, sessions);
}

}  // namespace larder::host
