// SPDX-License-Identifier: Apache-2.0
#include <larder/http/session_cookie.hpp>

#include <algorithm>

#include <larder/http/headers.hpp>

namespace larder::http {
// A cookie sent twice counts as absent: one of the two may be forged, and nothing tells which.
std::optional<std::string> SessionCookie::valueIn(const Headers& request) const {
  std::optional<std::string> value;
  for (const auto& [field, content] : request) {
    if (!equalsIgnoreCase(field, "Cookie")) continue;
    for (std::string_view rest = content; !rest.empty();) {
      const auto part = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      const auto pair = trimmed(part);
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name()) continue;
      if (value) return std::nullopt;
      value = pair.substr(equals + 1);
    }
  }
  return value;
}

std::string SessionCookie::attributes(bool overTls) const {
  return std::string("; Path=/; HttpOnly; SameSite=Lax") + (secure_ || overTls ? "; Secure" : "");
}

std::string SessionCookie::set(std::string_view id, bool overTls) const {
  return std::string(name()) + "=" + std::string(id) + attributes(overTls);
}

std::string SessionCookie::remove(bool overTls) const {
  return std::string(name()) + "=; Max-Age=0" + attributes(overTls);
}

}  // namespace larder::http
