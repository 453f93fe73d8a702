// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_GZIP_HPP
#define LARDER_RESPONSE_CACHE_GZIP_HPP

#include <larder/policy.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Returns whether the gzip form suits the client that sent these fields better (RFC 9110 12.5.3): it accepts
/// gzip and does not prefer identity.
bool prefersGzip(const Headers& request);

/// Returns the compressed body if it is worth storing beside the plain one: the body is text, at least of the
/// policy's size, at least a tenth smaller compressed, and nothing forbids compression. Both together then
/// take at most `limit` bytes. Do not use it for one user's response: the length of a secret compressed
/// together with attacker-chosen text leaks the secret (BREACH).
std::optional<std::string> gzipForm(const CachePolicy& policy, const Response& response, std::size_t limit);

/// Returns the entity tag of the gzip form of a response tagged `tag`. It differs unless `tag` is weak,
/// because equal strong tags promise equal bytes (RFC 9110 8.8.1).
std::string gzipTag(std::string_view tag);

}  // namespace larder::http

#endif
