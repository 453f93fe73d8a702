// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_TARGET_HPP
#define LARDER_HTTP_TARGET_HPP

#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

/// A request's target in origin form (RFC 9112 3.2), and the authority that it names if it was sent in
/// absolute form.
struct Target {
  std::string origin;          ///< "/users?page=2", or "*"
  std::string_view authority;  ///< "example.org:8080"; empty: Host names it
};

/// Returns nullopt if `text` is not a target that a server accepts. "*" is one only if `may_be_asterisk`.
std::optional<Target> splitTarget(std::string_view text, bool may_be_asterisk);

/// Returns whether `text` is a host with an optional port, as in Host (RFC 9110 7.2): no user, no path, no
/// list. It may be empty.
bool isAuthority(std::string_view text);

}  // namespace larder::http

#endif
