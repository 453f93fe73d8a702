// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_SESSION_COOKIE_HPP
#define LARDER_HTTP_SESSION_COOKIE_HPP

#include <optional>
#include <string>
#include <string_view>

#include <larder/http/headers.hpp>

namespace larder::http {

/// The cookie that holds a session's id: HttpOnly, SameSite=Lax, Path=/, until the browser is closed.
class SessionCookie {
 public:
  /// `secure`: sent over TLS alone, as "__Host-sid", which no other host or path can set. Else "sid".
  explicit SessionCookie(bool secure) : secure_(secure) {}

  std::string_view name() const { return secure_ ? "__Host-sid" : "sid"; }

  /// Its value in a request, unjudged; nullopt if it is not there or there twice.
  std::optional<std::string> valueIn(const Headers& request) const;

  /// Values for Set-Cookie. `overTls`: the request came over TLS, so the cookie is for TLS alone in any case.
  std::string set(std::string_view id, bool overTls = false) const;
  std::string remove(bool overTls = false) const;

 private:
  std::string attributes(bool overTls) const;

  bool secure_;
};

}  // namespace larder::http

#endif
