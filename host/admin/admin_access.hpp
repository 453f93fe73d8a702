// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_ACCESS_HPP
#define LARDER_ADMIN_ADMIN_ACCESS_HPP

#include <optional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::host {

/// True if only this machine reaches `address`, "host:port".
bool isLoopback(std::string_view address);

/// Decides which requests the admin listener answers. A page of another site that an operator's browser shows
/// must not get in: there are no cookies, Host gives away a page whose name was made to resolve to this
/// address, Origin or Sec-Fetch-Site a page of another site, and a POST takes only JSON, which a form cannot
/// send and a script of another site may not.
class AdminAccess {
 public:
  /// With a token, every request but for health needs it, as `Authorization: Bearer` or, for browsers, as the
  /// password of `Authorization: Basic` with any user name. Without one, everybody who reaches the loopback
  /// address has access.
  explicit AdminAccess(std::optional<std::string> token) : token_(std::move(token)) {}

  /// The answer to a request that is refused; nullopt if it may go on.
  std::optional<http::Response> refusal(const http::Request& request) const;

 private:
  bool hasToken(const http::Request& request) const;

  const std::optional<std::string> token_;
};

}  // namespace larder::host

#endif
