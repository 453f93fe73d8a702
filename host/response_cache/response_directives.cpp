// SPDX-License-Identifier: Apache-2.0
#include "response_cache/response_directives.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "response_cache/structured_field.hpp"

namespace larder::http {
namespace {

constexpr std::int64_t kMostSeconds = std::int64_t{1} << 31;

struct Directive {
  std::string_view name;
  std::string_view argument;
};

Directive directiveIn(std::string_view element) {
  const auto equals = element.find('=');
  if (equals == std::string_view::npos) return {element, {}};
  return {trimmed(element.substr(0, equals)), trimmed(element.substr(equals + 1))};
}

void shorten(std::optional<std::chrono::seconds>& time, std::chrono::seconds said) {
  time = std::min(time.value_or(said), said);
}

bool* flagOf(ResponseDirectives& said, std::string_view name) {
  const auto is = [name](std::string_view other) { return equalsIgnoreCase(name, other); };
  if (is("public")) return &said.isPublic;
  if (is("private")) return &said.isPrivate;
  if (is("no-store")) return &said.noStore;
  if (is("no-cache")) return &said.noCache;
  if (is("must-understand")) return &said.mustUnderstand;
  if (is("must-revalidate")) return &said.mustRevalidate;
  if (is("proxy-revalidate")) return &said.proxyRevalidate;
  return nullptr;
}

std::optional<std::chrono::seconds>* timeOf(ResponseDirectives& said, std::string_view name) {
  const auto is = [name](std::string_view other) { return equalsIgnoreCase(name, other); };
  if (is("max-age")) return &said.maxAge;
  if (is("s-maxage")) return &said.sharedMaxAge;
  if (is("stale-while-revalidate")) return &said.staleWhileRevalidate;
  if (is("stale-if-error")) return &said.staleIfError;
  return nullptr;
}

ResponseDirectives cacheControlOf(const Headers& response) {
  ResponseDirectives said;
  const auto value = response.joined("Cache-Control");
  if (!value) return said;
  for (const auto element : listElements(*value)) {
    const auto [name, argument] = directiveIn(element);
    if (auto* flag = flagOf(said, name)) *flag = true;
    // A malformed lifetime counts as 0 (RFC 9111 4.2.1).
    if (auto* time = timeOf(said, name))
      shorten(*time, deltaSeconds(argument).value_or(std::chrono::seconds(0)));
  }
  return said;
}

// Returns nullopt for a field that must be ignored. Skips a directive whose value has the wrong type.
std::optional<ResponseDirectives> targetedDirectives(std::string_view value) {
  const auto members = parseDictionary(value);
  if (!members || members->empty()) return std::nullopt;
  ResponseDirectives said{.targeted = true};
  for (const auto& member : *members) {
    if (auto* flag = flagOf(said, member.key)) *flag = member.isTrue;
    auto* time = timeOf(said, member.key);
    if (time != nullptr && member.integer && *member.integer >= 0)
      shorten(*time, std::chrono::seconds(std::min(*member.integer, kMostSeconds)));
  }
  return said;
}

}  // namespace

std::optional<std::chrono::seconds> deltaSeconds(std::string_view text) {
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    seconds = std::min(seconds * 10 + (digit - '0'), kMostSeconds);
  }
  return std::chrono::seconds(seconds);
}

ResponseDirectives directivesOf(const CachePolicy& policy, const Headers& response) {
  for (const auto& field : policy.targetFields())
    if (const auto value = response.joined(field))
      if (auto said = targetedDirectives(*value)) return *said;
  return cacheControlOf(response);
}

std::optional<std::chrono::seconds> requestDirective(const Headers& request, std::string_view directive) {
  const auto value = request.joined("Cache-Control");
  if (!value) return std::nullopt;
  for (const auto element : listElements(*value)) {
    const auto [name, argument] = directiveIn(element);
    if (!equalsIgnoreCase(name, directive)) continue;
    if (const auto seconds = deltaSeconds(argument)) return seconds;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> maxStaleOf(const Headers& request) {
  if (const auto seconds = requestDirective(request, "max-stale")) return seconds;
  const auto value = request.joined("Cache-Control").value_or("");
  const auto elements = listElements(value);
  const bool any = std::any_of(elements.begin(), elements.end(), [](std::string_view element) {
    return equalsIgnoreCase(element, "max-stale");
  });
  return any ? std::optional(std::chrono::seconds(kMostSeconds)) : std::nullopt;
}

}  // namespace larder::http
