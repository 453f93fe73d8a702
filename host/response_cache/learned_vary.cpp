// SPDX-License-Identifier: Apache-2.0
#include "response_cache/learned_vary.hpp"

#include <larder/byte_stream.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <utility>

namespace larder::http {
namespace {

constexpr std::uint8_t kLessonFormat = 3;  // differs from that of encodeResponse
constexpr std::size_t kLongestField = 64;

bool variesBy(const CachePolicy& policy, std::string_view field) {
  if (policy.variesBySession() && equalsIgnoreCase(field, "Cookie")) return true;
  return std::any_of(policy.headers().begin(), policy.headers().end(),
                     [field](const auto& name) { return equalsIgnoreCase(name, field); });
}

}  // namespace

LearnedVary newLesson(std::vector<std::string> fields) {
  std::random_device source;
  return {(std::uint64_t{source()} << 32) | source(), std::move(fields)};
}

std::optional<std::vector<std::string>> fieldsToLearn(const CachePolicy& policy, const Response& response) {
  const auto vary = response.headers.joined("Vary").value_or("");
  std::set<std::string> fields;
  for (const auto field : listElements(vary)) {
    if (field == "*" || field.size() > kLongestField || !isToken(field)) return std::nullopt;
    if (!variesBy(policy, field)) fields.insert(lowerCase(field));
  }
  if (fields.size() > kMaxVaryFields) return std::nullopt;
  return std::vector<std::string>(fields.begin(), fields.end());
}

// The primary key becomes one field of the variant's key; no primary key has this first field.
Key variantOf(const Key& key, const LearnedVary& lesson, const Request& request) {
  KeyBuilder variant;
  variant.field(key.full()).field(std::to_string(lesson.generation));
  for (const auto& name : lesson.fields) {
    variant.field(name);
    if (const auto value = request.headers.joined(name))
      variant.field(*value);
    else
      variant.absent();
  }
  return variant.build();
}

std::string encodeLesson(const LearnedVary& lesson) {
  std::string payload;
  ByteWriter writer(payload);
  writer.integer(kLessonFormat);
  writer.integer(lesson.generation);
  for (const auto& field : lesson.fields) writer.sized(field);
  return payload;
}

std::optional<LearnedVary> decodeLesson(std::string_view payload) {
  ByteReader reader(payload);
  if (reader.integer<std::uint8_t>() != kLessonFormat) return std::nullopt;
  LearnedVary lesson{reader.integer<std::uint64_t>(), {}};
  while (reader.ok() && reader.left() > 0 && lesson.fields.size() <= kMaxVaryFields)
    lesson.fields.emplace_back(reader.sized());
  if (!reader.finished() || lesson.fields.empty() || lesson.fields.size() > kMaxVaryFields)
    return std::nullopt;
  return lesson;
}

}  // namespace larder::http
