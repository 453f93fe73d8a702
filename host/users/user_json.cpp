// SPDX-License-Identifier: Apache-2.0
#include "users/user_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

namespace larder::users {
namespace {

using Json = nlohmann::ordered_json;  // members in the order in which they were added

constexpr std::size_t maxNameCharacters = 100;
constexpr std::size_t maxEmailBytes = 254;  // what SMTP can carry (RFC 5321, erratum 1690)
constexpr std::size_t maxLocalBytes = 64;
constexpr std::size_t maxLabelBytes = 63;
constexpr std::size_t minPasswordBytes = 8;
constexpr std::size_t maxPasswordBytes = 1024;

Json object(const User& user) { return {{"id", user.id}, {"name", user.name}, {"email", user.email}}; }

// Another program may have stored text that is not UTF-8; that should not fail the whole response.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

bool isAsciiAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The functions on UTF-8 rely on valid input, which the JSON parser has checked.

std::size_t characterCount(std::string_view utf8) {
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), starts_character));
}

// C0, DEL, and C1, which is encoded as C2 80 .. C2 9F.
bool hasControlCharacter(std::string_view utf8) {
  unsigned char before = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (before == 0xC2 && byte < 0xA0)) return true;
    before = byte;
  }
  return false;
}

bool isLocalPart(std::string_view local) {
  constexpr std::string_view atext_symbols = "!#$%&'*+-/=?^_`{|}~";
  if (local.empty() || local.size() > maxLocalBytes || local.front() == '.' || local.back() == '.')
    return false;
  if (local.find("..") != std::string_view::npos) return false;
  return std::all_of(local.begin(), local.end(), [&](char c) {
    return isAsciiAlphanumeric(c) || c == '.' || atext_symbols.find(c) != std::string_view::npos;
  });
}

bool isDomainLabel(std::string_view label) {
  if (label.empty() || label.size() > maxLabelBytes || label.front() == '-' || label.back() == '-')
    return false;
  return std::all_of(label.begin(), label.end(), [](char c) { return isAsciiAlphanumeric(c) || c == '-'; });
}

bool isDomain(std::string_view domain) {
  std::size_t labels = 0;
  for (;; ++labels) {
    const auto dot = domain.find('.');
    if (!isDomainLabel(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return labels > 0;
    domain.remove_prefix(dot + 1);
  }
}

std::optional<std::string> nameError(std::string_view name) {
  if (characterCount(name) > maxNameCharacters) return "has more than 100 characters";
  if (hasControlCharacter(name)) return "contains a control character";
  if (name.find_first_not_of(' ') == std::string_view::npos) return "is empty";
  return std::nullopt;
}

std::optional<std::string> emailError(std::string_view email) {
  if (email.size() > maxEmailBytes) return "has more than 254 characters";
  const auto at = email.find('@');
  if (at == std::string_view::npos || !isLocalPart(email.substr(0, at)) || !isDomain(email.substr(at + 1)))
    return "is not an email address such as name@example.com";
  return std::nullopt;
}

std::optional<std::string> passwordError(std::string_view password) {
  if (password.size() < minPasswordBytes) return "has fewer than 8 bytes";
  if (password.size() > maxPasswordBytes) return "has more than 1024 bytes";
  return std::nullopt;
}

// Parses `text`, and notes in `repeated` the keys of the outermost object that occur more than once: the
// library would keep the last of them, while a proxy that checked the body may have seen the first.
Json parse(std::string_view text, std::set<std::string>& repeated) {
  std::set<std::string> seen;
  const auto note_key = [&](int depth, Json::parse_event_t event, Json& key) {
    if (depth == 1 && event == Json::parse_event_t::key && !seen.insert(key.get<std::string>()).second)
      repeated.insert(key.get<std::string>());
    return true;
  };
  return Json::parse(text, note_key, false);
}

// Returns the member's text; if it is missing or wrong, returns "" and adds an entry to `errors`.
std::string take(const Json& object, const char* field, std::optional<std::string> (*check)(std::string_view),
                 FieldErrors& errors) {
  const auto found = object.find(field);
  if (found == object.end()) {
    errors.push_back({field, "is missing"});
    return {};
  }
  if (!found->is_string()) {
    errors.push_back({field, "is not a string"});
    return {};
  }
  std::string text = found->get<std::string>();
  if (auto error = check(text)) {
    errors.push_back({field, std::move(*error)});
    return {};
  }
  return text;
}

void noteOthers(const Json& json, bool with_password, const std::set<std::string>& repeated,
                FieldErrors& errors) {
  for (const auto& [field, value] : json.items())
    if (field != "name" && field != "email" && !(with_password && field == "password"))
      errors.push_back({field, "is not a field of a user"});
  for (const std::string& field : repeated) errors.push_back({field, "is given more than once"});
}

std::variant<Registration, MalformedJson, FieldErrors> parseFields(std::string_view text,
                                                                   bool password_allowed) {
  std::set<std::string> repeated;
  const Json json = parse(text, repeated);
  if (!json.is_object()) return MalformedJson{};

  FieldErrors errors;
  Registration registration;
  registration.user.name = take(json, "name", nameError, errors);
  registration.user.email = take(json, "email", emailError, errors);
  const bool with_password = password_allowed && json.contains("password");
  if (with_password) registration.password = take(json, "password", passwordError, errors);
  noteOthers(json, with_password, repeated, errors);
  if (!errors.empty()) return errors;
  return registration;
}

}  // namespace

std::variant<UserChange, MalformedJson, FieldErrors> parseUserChange(std::string_view text) {
  std::set<std::string> repeated;
  const Json json = parse(text, repeated);
  if (!json.is_object()) return MalformedJson{};

  FieldErrors errors;
  UserChange change;
  if (json.contains("name")) change.name = take(json, "name", nameError, errors);
  if (json.contains("email")) change.email = take(json, "email", emailError, errors);
  noteOthers(json, false, repeated, errors);
  if (!errors.empty()) return errors;
  return change;
}

std::string toJson(const User& user) { return dump(object(user)); }

std::string toJson(const std::vector<User>& users) {
  Json list = Json::array();
  for (const User& user : users) list.push_back(object(user));
  return dump(list);
}

std::variant<NewUser, MalformedJson, FieldErrors> parseNewUser(std::string_view text) {
  auto parsed = parseFields(text, false);
  if (auto* registration = std::get_if<Registration>(&parsed)) return std::move(registration->user);
  if (auto* errors = std::get_if<FieldErrors>(&parsed)) return std::move(*errors);
  return MalformedJson{};
}

std::variant<Registration, MalformedJson, FieldErrors> parseRegistration(std::string_view text) {
  return parseFields(text, true);
}

std::string withErrors(std::string_view problem, const FieldErrors& errors) {
  Json json = Json::parse(problem);
  for (const auto& [field, message] : errors)
    json["errors"].push_back(Json{{"field", field}, {"message", message}});
  return dump(json) + "\n";
}

}  // namespace larder::users
