// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_USER_STORE_HPP
#define LARDER_USERS_USER_STORE_HPP

#include "users/user.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

namespace larder::users {

/// The database did not do what was asked: it is down, locked, full or too slow. The text names it and the
/// cause, for the operator's log; it holds no password and no user's data, but is not meant for clients.
/// A write that failed this way may have happened if the text says that its outcome is unknown.
class StoreUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Another user has that email address.
class EmailTaken : public std::runtime_error {
 public:
  EmailTaken() : std::runtime_error("another user has this email address") {}
};

/// Who logs in, and with what.
struct Credentials {
  User user;
  std::optional<PasswordHash> passwordHash;
};

/// Where the users are kept.
///
/// Thread-safe. Every method waits for the database, for a bounded time, and may throw StoreUnavailable.
/// A write is durable when the method returns. Users are expected to be valid (user_json.hpp).
class UserStore {
 public:
  virtual ~UserStore() = default;

  /// At most `limit` users in the order of their ids, without the first `offset`. Neither is negative.
  virtual std::vector<User> list(std::int64_t limit, std::int64_t offset) = 0;
  virtual std::optional<User> find(std::int64_t id) = 0;

  /// The user with that email address.
  virtual std::optional<Credentials> credentials(const std::string& email) = 0;

  /// Throws EmailTaken.
  virtual User create(const NewUser& user) = 0;
  /// Replaces name and email of the user with that id; false if there is none. Throws EmailTaken.
  virtual bool update(const User& user) = 0;
  /// Changes what is given, in one step: of two changes at a time, neither undoes the other. Returns the user
  /// as it is then; nullopt if there is none. Throws EmailTaken.
  virtual std::optional<User> change(std::int64_t id, const UserChange& change) = 0;
  /// False if there is no such user.
  virtual bool erase(std::int64_t id) = 0;
};

}  // namespace larder::users

#endif
