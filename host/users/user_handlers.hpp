// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_USER_HANDLERS_HPP
#define LARDER_USERS_USER_HANDLERS_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "users/concurrent_tries.hpp"
#include "users/password.hpp"
#include "users/user_store.hpp"

#include <chrono>
#include <functional>
#include <string_view>

namespace larder::users {

/// Observers of the handlers; either may be empty. Called on the handlers' threads, so both must be
/// thread-safe, and neither should block or throw.
struct UserHandlerObservers {
  /// Called when a handler begins: "list", "get", "create", "update", "change" or "erase".
  std::function<void(std::string_view handler)> executed;
  /// Called when the store has failed and a 503 is sent; `reason` is for the log and does not reach the
  /// client.
  std::function<void(std::string_view reason)> unavailable;
};

/// The endpoints of the users, from request to response; the host defines the routes.
///
/// Thread-safe if the store is. A handler blocks for as long as the store does. Errors come back as
/// problem+json: 400, 404, 409, 415, 422 and 429 say what is wrong with the request; a failure of the store
/// is a 503 with Retry-After, whose cause only the observer receives.
class UserHandlers {
 public:
  /// `delay` passes before list and get read the store: it makes visible the cost that a cache saves. `store`
  /// must outlive the handlers.
  UserHandlers(UserStore& store, std::chrono::milliseconds delay, UserHandlerObservers observers = {});

  /// GET /users?limit=1..1000&offset=0.. : 200 with an array; without them the first 100.
  http::Response list(const http::Request& request);
  /// GET /users/{id}
  http::Response get(const http::Request& request);
  /// POST /users : 201 with Location. With a "password" the user can log in. At most two such requests of one
  /// client run at once, and each waits for up to two seconds for a place to hash; further requests are
  /// answered 429.
  http::Response create(const http::Request& request);
  /// PUT /users/{id} : replaces name and email, never creates a user.
  http::Response update(const http::Request& request);
  /// PATCH /users/{id} : changes name, email or both, by a merge patch (RFC 7396).
  http::Response change(const http::Request& request);
  /// DELETE /users/{id} : 204.
  http::Response erase(const http::Request& request);

 private:
  template <typename Work>
  http::Response answer(std::string_view handler, Work work);

  UserStore& store_;
  const std::chrono::milliseconds delay_;
  const UserHandlerObservers observers_;
  ConcurrentTries tries_;
  const PasswordHasher passwords_;
};

}  // namespace larder::users

#endif
