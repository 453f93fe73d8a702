// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CACHE_GROUPS_HPP
#define LARDER_RESPONSE_CACHE_CACHE_GROUPS_HPP

#include <string>
#include <string_view>
#include <vector>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// The field by which a handler puts its response into groups, and the one by which the response to a write
/// makes groups stale (RFC 9875).
inline constexpr std::string_view kCacheGroups = "Cache-Groups";
inline constexpr std::string_view kCacheGroupInvalidation = "Cache-Group-Invalidation";

/// The tags of the groups that the response names in that field. A group is one of the request's origin:
/// "group:example.com:scripts". None if the field is no list of strings.
std::vector<std::string> groupTags(std::string_view field, const Request& request, const Response& response);

}  // namespace larder::http

#endif
