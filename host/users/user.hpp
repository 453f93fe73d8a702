// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_USER_HPP
#define LARDER_USERS_USER_HPP

#include <cstdint>
#include <optional>
#include <string>

namespace larder::users {

/// The stored form of a password: see users/password.hpp.
struct PasswordHash {
  std::string text;

  bool operator==(const PasswordHash&) const = default;
};

/// A user without an id yet; the store assigns one.
struct NewUser {
  std::string name;
  std::string email;
  std::optional<PasswordHash> passwordHash{};  ///< none: the user cannot log in

  bool operator==(const NewUser&) const = default;
};

/// The changes to a user; an absent member stays as it is.
struct UserChange {
  std::optional<std::string> name{};
  std::optional<std::string> email{};

  bool operator==(const UserChange&) const = default;
};

struct User {
  std::int64_t id = 0;  ///< > 0, never reused for another user
  std::string name;
  std::string email;  ///< unique; ASCII letters compare without case

  bool operator==(const User&) const = default;
};

}  // namespace larder::users

#endif
