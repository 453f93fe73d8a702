// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_APP_SAME_HOST_TARGET_HPP
#define LARDER_APP_SAME_HOST_TARGET_HPP

#include <optional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>

namespace larder::http {

/// The path and query that a URI reference in the response to `request` means (RFC 3986 5.2). nullopt if it
/// is of another host or port than the request's Host, or no http or https URI. Behind a proxy that is not
/// trusted nobody knows whether the client asked over TLS, so both schemes count as the request's.
std::optional<std::string> sameHostTarget(const Request& request, std::string_view reference);

}  // namespace larder::http

#endif
