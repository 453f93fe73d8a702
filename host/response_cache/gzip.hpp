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

/// Whether a client that sent these fields is better served by the gzip form (RFC 9110 12.5.3): it accepts
/// that, and does not like the plain one better.
bool prefersGzip(const Headers& request);

/// The body as gzip has it, where it pays to keep that beside the plain one: it is text, of the policy's size
/// at least, and a tenth shorter, and nothing forbids it. Then both together take at most `limit` bytes. Not
/// for responses of one user: a secret beside what an attacker chose shows in the length (BREACH).
std::optional<std::string> gzipForm(const CachePolicy& policy, const Response& response, std::size_t limit);

/// The entity tag of the gzip form, where the plain one's is `tag`: another, unless it is weak, as a strong
/// one says that bytes are equal (RFC 9110 8.8.1).
std::string gzipTag(std::string_view tag);

}  // namespace larder::http

#endif
