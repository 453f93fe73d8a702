// SPDX-License-Identifier: Apache-2.0
#include "response_cache/conditional.hpp"

#include <algorithm>
#include <array>

#include "http/date.hpp"
#include "http/stored_form.hpp"

namespace larder::http {
namespace {

std::string_view withoutWeakness(std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; }

bool hasTag(const std::string& wanted, const Response& response) {
  const auto own = response.field("ETag");
  const auto tags = listElements(wanted);
  return std::any_of(tags.begin(), tags.end(), [&own](std::string_view tag) {
    return tag == "*" || (own && withoutWeakness(tag) == withoutWeakness(*own));
  });
}

bool unmodifiedSince(std::string_view since, const Response& response) {
  const auto modified = response.field("Last-Modified");
  if (!modified) return false;
  const auto own = parseDate(*modified);
  const auto limit = parseDate(since);
  return own && limit && *own <= *limit;
}

}  // namespace

bool clientHas(const Request& request, const Response& response) {
  if (response.status != 200) return false;
  if (const auto wanted = request.headers.joined("If-None-Match")) return hasTag(*wanted, response);
  const auto since = request.headers.get("If-Modified-Since");
  return since && unmodifiedSince(*since, response);
}

Response notModified(const Response& response) {
  constexpr std::array<std::string_view, 8> kept{
      "Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Vary", "Age", "Cache-Status"};
  Response short_one{304, {}, {}};
  short_one.outcome = response.outcome;
  const auto keep = [&](std::string_view name, std::string_view value) {
    if (std::any_of(kept.begin(), kept.end(),
                    [&](std::string_view each) { return equalsIgnoreCase(each, name); }))
      short_one.headers.add(name, value);
  };
  auto block = response.stored ? response.stored->headerBlock : std::string_view();
  while (const auto field = takeField(block)) keep(field->name, field->value);
  for (const auto& [name, value] : response.headers) keep(name, value);
  return short_one;
}

}  // namespace larder::http
