// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_LEARNED_VARY_HPP
#define LARDER_RESPONSE_CACHE_LEARNED_VARY_HPP

#include <larder/key.hpp>
#include <larder/policy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// The secondary key learned from a response's Vary (RFC 9111 4.1): the request fields that also distinguish
/// the key's responses. It is stored under the primary key, and each response under a variant key. The
/// generation separates the variants of different LearnedVary values: erasing or replacing one makes all its
/// variants unreachable.
struct LearnedVary {
  std::uint64_t generation = 0;
  std::vector<std::string> fields;  ///< lower case, sorted
};

/// Returns a LearnedVary with a new generation.
LearnedVary newLesson(std::vector<std::string> fields);

/// The maximum number of fields.
inline constexpr std::size_t kMaxVaryFields = 8;

/// Returns the fields of the response's Vary that the policy does not vary by already, in lower case, sorted,
/// without duplicates. Returns nullopt if the response must not be shared: Vary is `*`, has a malformed name,
/// or has too many fields.
std::optional<std::vector<std::string>> fieldsToLearn(const CachePolicy& policy, const Response& response);

/// Returns the key of this request's variant.
Key variantOf(const Key& key, const LearnedVary& lesson, const Request& request);

/// Encode and decode a LearnedVary as an entry's payload. Decoding returns nullopt for any other payload.
std::string encodeLesson(const LearnedVary& lesson);
std::optional<LearnedVary> decodeLesson(std::string_view payload);

}  // namespace larder::http

#endif
