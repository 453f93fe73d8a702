// SPDX-License-Identifier: Apache-2.0
#include "response_cache/response_directives.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

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

void shorten(std::optional<std::chrono::seconds>& time, std::string_view argument) {
  // A lifetime that can't be read is none (RFC 9111 4.2.1).
  const auto said = deltaSeconds(argument).value_or(std::chrono::seconds(0));
  time = std::min(time.value_or(said), said);
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

ResponseDirectives directivesOf(const Headers& response) {
  ResponseDirectives said;
  const auto value = response.joined("Cache-Control");
  if (!value) return said;
  for (const auto element : listElements(*value)) {
    const auto [name, argument] = directiveIn(element);
    const auto is = [name = name](std::string_view other) { return equalsIgnoreCase(name, other); };
    if (is("public")) said.isPublic = true;
    if (is("must-revalidate")) said.mustRevalidate = true;
    if (is("proxy-revalidate")) said.proxyRevalidate = true;
    if (is("no-cache")) said.noCache = true;
    if (is("max-age")) shorten(said.maxAge, argument);
    if (is("s-maxage")) shorten(said.sharedMaxAge, argument);
    if (is("stale-while-revalidate")) shorten(said.staleWhileRevalidate, argument);
    if (is("stale-if-error")) shorten(said.staleIfError, argument);
  }
  return said;
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

}  // namespace larder::http
