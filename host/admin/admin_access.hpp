// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_ACCESS_HPP
#define LARDER_ADMIN_ADMIN_ACCESS_HPP

#include <optional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::host {

/// Returns whether only this machine can reach `address`, "host:port".
bool isLoopback(std::string_view address);

/// Decides which requests the admin listener answers. It must keep out pages of other sites shown in an
/// operator's browser. There are no cookies. Host reveals a page whose name was made to resolve to this
/// address; Origin or Sec-Fetch-Site reveals a page of another site. A POST must be JSON, which a form cannot
/// send and a script of another site is not allowed to.
class AdminAccess {
 public:
  /// With a token, every request except for health must carry it, as `Authorization: Bearer` or, for
  /// browsers, as the password of `Authorization: Basic` with any user name. Without a token, everyone who
  /// can reach the loopback address has access.
  explicit AdminAccess(std::optional<std::string> token) : token_(std::move(token)) {}

  /// Returns the response that refuses a request; nullopt if the request may proceed.
  std::optional<http::Response> refusal(const http::Request& request) const;

 private:
  bool hasToken(const http::Request& request) const;

  const std::optional<std::string> token_;
};

}  // namespace larder::host

#endif
