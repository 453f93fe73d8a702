// SPDX-License-Identifier: Apache-2.0
#include "login/login_json.hpp"

#include <nlohmann/json.hpp>

namespace larder::login {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxName = 64;

// Returns the member's text; nullopt if it is not a string or is missing.
std::optional<std::string> textOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

std::optional<LoginForm> parseLogin(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.size() != 2) return std::nullopt;
  auto email = textOf(json, "email");
  auto password = textOf(json, "password");
  if (!email || !password) return std::nullopt;
  return LoginForm{*std::move(email), *std::move(password)};
}

std::optional<Patch> parsePatch(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Patch patch;
  for (const auto& [name, value] : json.items()) {
    if (name.empty() || name.size() > kMaxName) return std::nullopt;
    patch[name] = value.is_null() ? std::nullopt : std::optional(value.dump());
  }
  return patch;
}

std::string sessionJson(std::string_view user, const std::map<std::string, std::string>& data) {
  Json json{{"user", Json::parse(user, nullptr, false)}, {"data", Json::object()}};
  for (const auto& [name, value] : data) json["data"][name] = Json::parse(value, nullptr, false);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace larder::login
