// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CACHE_GROUPS_HPP
#define LARDER_RESPONSE_CACHE_CACHE_GROUPS_HPP

#include <string>
#include <string_view>
#include <vector>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// The field with which a handler puts its response into groups, and the field with which the response to a
/// write invalidates groups (RFC 9875).
inline constexpr std::string_view kCacheGroups = "Cache-Groups";
inline constexpr std::string_view kCacheGroupInvalidation = "Cache-Group-Invalidation";

/// Returns the tags of the groups listed in that field. A group belongs to the request's origin:
/// "group:example.com:scripts". Returns none if the field is not a list of strings.
std::vector<std::string> groupTags(std::string_view field, const Request& request, const Response& response);

}  // namespace larder::http

#endif
