// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_USER_HPP
#define LARDER_USERS_USER_HPP

#include <cstdint>
#include <optional>
#include <string>

namespace larder::users {

/// What is stored of a password: users/password.hpp.
struct PasswordHash {
  std::string text;

  bool operator==(const PasswordHash&) const = default;
};

/// A user that has no id yet; the store gives it one.
struct NewUser {
  std::string name;
  std::string email;
  std::optional<PasswordHash> passwordHash{};  ///< none: the user can't log in

  bool operator==(const NewUser&) const = default;
};

/// What is to change of a user; what is not given stays.
struct UserChange {
  std::optional<std::string> name{};
  std::optional<std::string> email{};

  bool operator==(const UserChange&) const = default;
};

struct User {
  std::int64_t id = 0;  ///< > 0, never used for another user again
  std::string name;
  std::string email;  ///< no two users have the same; ASCII letters compare without case

  bool operator==(const User&) const = default;
};

}  // namespace larder::users

#endif
