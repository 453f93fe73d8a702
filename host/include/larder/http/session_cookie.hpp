// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_SESSION_COOKIE_HPP
#define LARDER_HTTP_SESSION_COOKIE_HPP

#include <optional>
#include <string>
#include <string_view>

#include <larder/http/headers.hpp>

namespace larder::http {

/// The cookie with a session's id: HttpOnly, SameSite=Lax, Path=/, until the browser is closed.
class SessionCookie {
 public:
  /// `secure`: sent only over TLS, as "__Host-sid", which no other host or path can set. Otherwise "sid".
  explicit SessionCookie(bool secure) : secure_(secure) {}

  std::string_view name() const { return secure_ ? "__Host-sid" : "sid"; }

  /// Returns its value in a request, unchecked; nullopt if it is missing or occurs twice.
  std::optional<std::string> valueIn(const Headers& request) const;

  /// Return values for Set-Cookie. `overTls`: the request came over TLS, so the cookie is Secure in any case.
  std::string set(std::string_view id, bool overTls = false) const;
  std::string remove(bool overTls = false) const;

 private:
  std::string attributes(bool overTls) const;

  bool secure_;
};

}  // namespace larder::http

#endif
