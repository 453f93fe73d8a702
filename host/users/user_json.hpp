// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_USER_JSON_HPP
#define LARDER_USERS_USER_JSON_HPP

#include "users/user.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace larder::users {

/// Returns {"id":1,"name":"...","email":"..."}.
std::string toJson(const User& user);
/// Returns a plain array of such objects.
std::string toJson(const std::vector<User>& users);

/// A fault in one field of a user that a client has sent.
struct FieldError {
  std::string field;
  std::string message;

  bool operator==(const FieldError&) const = default;
};
using FieldErrors = std::vector<FieldError>;

/// Returned if the text is not JSON, or not an object.
struct MalformedJson {};

/// Parses {"name":"...","email":"..."}: both are required, once each, and nothing else is accepted.
///
/// The name has 1 to 100 characters (code points), at least one of them not a space, and no control
/// characters. The email is an ASCII address of at most 254 bytes with a domain of two labels or more; quoted
/// local parts and address literals are refused. Text that is not UTF-8 is malformed JSON.
std::variant<NewUser, MalformedJson, FieldErrors> parseNewUser(std::string_view text);

/// Parses a merge patch (RFC 7396) of a user: name, email, both or neither, by the same rules. They cannot be
/// removed, so null is refused.
std::variant<UserChange, MalformedJson, FieldErrors> parseUserChange(std::string_view text);

/// A user who registers.
struct Registration {
  NewUser user;                           ///< without a hash
  std::optional<std::string> password{};  ///< as typed
};

/// Parses the same with an optional "password" of 8 to 1024 bytes.
std::variant<Registration, MalformedJson, FieldErrors> parseRegistration(std::string_view text);

/// Returns the JSON object `problem` with `errors` added to it as [{"field":"...","message":"..."}].
std::string withErrors(std::string_view problem, const FieldErrors& errors);

}  // namespace larder::users

#endif
