// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_USER_STORE_HPP
#define LARDER_USERS_USER_STORE_HPP

#include "users/user.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace larder::users {

/// Thrown if the database could not do what was asked: it is down, locked, full or too slow. The text names
/// the database and the cause for the operator's log; it contains no password and no user's data, but is not
/// meant for clients. A failed write may still have happened if the text says that its outcome is unknown.
class StoreUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown if another user has that email address.
class EmailTaken : public std::runtime_error {
 public:
  EmailTaken() : std::runtime_error("another user has this email address") {}
};

/// A user and the password hash to check a log-in against.
struct Credentials {
  User user;
  std::optional<PasswordHash> passwordHash;
};

/// Storage of the users.
///
/// Thread-safe. Every method blocks on the database, for a bounded time, and may throw StoreUnavailable. A
/// write is durable when the method returns. Users are expected to be valid (user_json.hpp).
class UserStore {
 public:
  virtual ~UserStore() = default;

  /// Returns the name of the database system in OpenTelemetry's conventions: "sqlite" or "postgresql".
  virtual std::string_view system() const = 0;

  /// Returns at most `limit` users in the order of their ids, and skips the first `offset`. Neither is
  /// negative.
  virtual std::vector<User> list(std::int64_t limit, std::int64_t offset) = 0;
  virtual std::optional<User> find(std::int64_t id) = 0;

  /// Returns the user with that email address; nullopt if there is none.
  virtual std::optional<Credentials> credentials(const std::string& email) = 0;

  /// Stores the user and returns it with its id. Throws EmailTaken.
  virtual User create(const NewUser& user) = 0;
  /// Replaces name and email of the user with that id; returns false if there is none. Throws EmailTaken.
  virtual bool update(const User& user) = 0;
  /// Applies the given changes atomically: of two concurrent changes, neither undoes the other. Returns the
  /// user as it is then; nullopt if there is none. Throws EmailTaken.
  virtual std::optional<User> change(std::int64_t id, const UserChange& change) = 0;
  /// Returns false if there is no such user.
  virtual bool erase(std::int64_t id) = 0;
};

}  // namespace larder::users

#endif
