// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_APP_SAME_HOST_TARGET_HPP
#define LARDER_APP_SAME_HOST_TARGET_HPP

#include <optional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>

namespace larder::http {

/// Resolves a URI reference in the response to `request` to a path and query (RFC 3986 5.2). Returns nullopt
/// if the reference has another host or port than the request's Host, or is not an http or https URI. Behind
/// an untrusted proxy the client's scheme is unknown, so both count as the request's.
std::optional<std::string> sameHostTarget(const Request& request, std::string_view reference);

}  // namespace larder::http

#endif
