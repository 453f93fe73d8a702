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

/// What a response's Vary taught about a key (RFC 9111 4.1): these request fields distinguish its responses
/// too. It is stored under the key, and each response under a variant of the key. The generation keeps the
/// variants of two lessons apart: when the lesson is erased or outdated, all its variants are out of reach.
struct LearnedVary {
  std::uint64_t generation = 0;
  std::vector<std::string> fields;  ///< in lower case, sorted
};

/// A lesson with a generation of its own.
LearnedVary newLesson(std::vector<std::string> fields);

/// Fields that a lesson may have.
inline constexpr std::size_t kMaxVaryFields = 8;

/// The fields of the response's Vary that the policy does not vary by already: in lower case, sorted, each
/// once. nullopt if the response must not be kept for others: `*`, what can be no field's name, or too many.
std::optional<std::vector<std::string>> fieldsToLearn(const CachePolicy& policy, const Response& response);

/// The key of the variant for this request.
Key variantOf(const Key& key, const LearnedVary& lesson, const Request& request);

/// A lesson as an entry's payload, and back: nullopt for anything else.
std::string encodeLesson(const LearnedVary& lesson);
std::optional<LearnedVary> decodeLesson(std::string_view payload);

}  // namespace larder::http

#endif
