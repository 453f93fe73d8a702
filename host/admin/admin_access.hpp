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
/// must not get in: nothing is known by a cookie, a page that had its name pointed at us gives itself away by
/// Host, one that says where it comes from by Origin, and a POST takes JSON alone, which a form can't send
/// and a script of another site may not.
class AdminAccess {
 public:
  /// With a token, every request but for health needs it as `Authorization: Bearer`. Without one, whoever
  /// reaches the loopback address may do everything.
  explicit AdminAccess(std::optional<std::string> token) : token_(std::move(token)) {}

  /// The answer to a request that is refused; nullopt if it may go on.
  std::optional<http::Response> refusal(const http::Request& request) const;

 private:
  bool hasToken(const http::Request& request) const;

  const std::optional<std::string> token_;
};

}  // namespace larder::host

#endif
