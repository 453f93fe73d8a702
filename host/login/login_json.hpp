// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGIN_LOGIN_JSON_HPP
#define LARDER_LOGIN_LOGIN_JSON_HPP

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace larder::login {

struct LoginForm {
  std::string email;
  std::string password;
};

/// Parses {"email":"...","password":"..."} without further members; returns nullopt for anything else.
std::optional<LoginForm> parseLogin(std::string_view text);

/// Members of a JSON merge patch (RFC 7396), each value as JSON; nullopt removes the member.
using Patch = std::map<std::string, std::optional<std::string>>;

/// Parses an object whose names have 1 to 64 bytes; returns nullopt for anything else.
std::optional<Patch> parsePatch(std::string_view text);

/// Returns {"user":USER,"data":{...}}; `user` is JSON, and so is each value of `data`.
std::string sessionJson(std::string_view user, const std::map<std::string, std::string>& data);

}  // namespace larder::login

#endif
