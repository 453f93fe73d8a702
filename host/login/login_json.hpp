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

/// Reads {"email":"...","password":"..."}, nothing else; nullopt for what is not that.
std::optional<LoginForm> parseLogin(std::string_view text);

/// Members of a JSON object, each as JSON; of a merge patch (RFC 7396): nullopt removes.
using Patch = std::map<std::string, std::optional<std::string>>;

/// Reads an object whose names have 1 to 64 bytes; nullopt for anything else.
std::optional<Patch> parsePatch(std::string_view text);

/// {"user":USER,"data":{...}}; `user` is JSON, each of `data` too.
std::string sessionJson(std::string_view user, const std::map<std::string, std::string>& data);

}  // namespace larder::login

#endif
