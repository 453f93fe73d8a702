// SPDX-License-Identifier: Apache-2.0
#include "users/postgres_url.hpp"

#include <larder/http/request.hpp>

#include <stdexcept>

namespace larder::users {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument("users.database: PostgreSQL URL " + why +
                              "; write postgresql://user:password@localhost:5432/database");
}

// Returns the text before `separator` and removes both from `text`; returns all of `text` if there is no
// separator.
std::string_view takeUntil(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(part.size() == text.size() ? part.size() : part.size() + 1);
  return part;
}

std::string decoded(std::string_view text) { return http::percentDecode(text).value_or(std::string(text)); }

// libpq's own messages can hold the password in either form.
void addSecret(std::vector<std::string>& secrets, std::string_view encoded) {
  if (encoded.empty()) return;
  secrets.emplace_back(encoded);
  if (std::string plain = decoded(encoded); plain != encoded) secrets.push_back(std::move(plain));
}

}  // namespace

PostgresUrl::PostgresUrl(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto scheme = url.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || (scheme != "postgresql" && scheme != "postgres"))
    refuse("must begin with postgresql://");
  url.remove_prefix(scheme_end + 3);

  std::string_view address = takeUntil(url, '?');
  parameters_ = url;
  std::string_view authority = takeUntil(address, '/');
  encodedDatabase_ = address;
  const auto credentials_end = authority.rfind('@') + 1;  // 0 if there are none
  credentials_ = authority.substr(0, credentials_end);
  hosts_ = authority.substr(credentials_end);

  // libpq ends the credentials at the first '@' and would look up the rest of the password as a host.
  if (credentials_.find('@') + 1 < credentials_.size()) refuse("has an '@' in user or password: write %40");
  if (encodedDatabase_.empty()) refuse("names no database");
  const auto name = http::percentDecode(encodedDatabase_);
  if (!name || name->find('\0') != std::string::npos) refuse("has a malformed database name");
  database_ = *name;

  std::string_view password = std::string_view(credentials_).substr(0, credentials_.find('@'));
  takeUntil(password, ':');
  addSecret(secrets_, password);
  for (std::string_view rest = parameters_; !rest.empty();) {
    std::string_view value = takeUntil(rest, '&');
    const std::string key = decoded(takeUntil(value, '='));
    if (key == "password" || key == "sslpassword") addSecret(secrets_, value);
  }
}

std::string PostgresUrl::connectionString(std::string_view parameters) const {
  std::string url =
      "postgresql://" + credentials_ + hosts_ + "/" + encodedDatabase_ + "?" + std::string(parameters);
  if (!parameters_.empty()) url += "&" + parameters_;  // in libpq, the later parameter wins
  return url;
}

PostgresUrl PostgresUrl::withDatabase(std::string_view name) const {
  PostgresUrl other = *this;
  other.encodedDatabase_ = other.database_ = name;
  return other;
}

std::string PostgresUrl::display() const { return "postgresql://" + hosts_ + "/" + encodedDatabase_; }

std::string PostgresUrl::redacted(std::string text) const {
  constexpr std::string_view mask = "***";
  for (const std::string& secret : secrets_)
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size()))
      text.replace(at, secret.size(), mask);
  return text;
}

}  // namespace larder::users
