// SPDX-License-Identifier: Apache-2.0
#include "response_cache/cache_groups.hpp"

#include "response_cache/structured_field.hpp"

namespace larder::http {

std::vector<std::string> groupTags(std::string_view field, const Request& request, const Response& response) {
  const auto value = response.headers.joined(field);
  if (!value) return {};
  const auto groups = parseStringList(*value);
  if (!groups) return {};
  const auto origin = "group:" + lowerCase(request.headers.get("Host").value_or("")) + ":";
  std::vector<std::string> tags;
  tags.reserve(groups->size());
  for (const auto& group : *groups) tags.push_back(origin + group);
  return tags;
}

}  // namespace larder::http
