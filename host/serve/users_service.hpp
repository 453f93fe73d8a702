// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_USERS_SERVICE_HPP
#define LARDER_SERVE_USERS_SERVICE_HPP

#include <larder/session.hpp>

#include <memory>

#include "admin/event_counts.hpp"
#include "admin/faults.hpp"
#include "config/config.hpp"
#include "serve/user_endpoints.hpp"
#include "users/user_handlers.hpp"
#include "users/user_store.hpp"

namespace larder::host {

/// The users endpoint: its database, its handlers and its metrics.
class UsersService {
 public:
  /// Opens the database. Throws what openUserStore() throws. `executions` and `faults` must outlive it.
  UsersService(const UsersConfig& config, EventCounts& executions, Faults& faults);
  UsersService(const UsersService&) = delete;
  UsersService& operator=(const UsersService&) = delete;

  /// Returns the handlers; erasing a user first ends its sessions. Both must outlive the last request.
  UserRoutes routes(SessionStore& sessions);

  users::UserStore& store() { return *store_; }

 private:
  const std::unique_ptr<users::UserStore> store_;
  users::UserHandlers handlers_;
};

}  // namespace larder::host

#endif
