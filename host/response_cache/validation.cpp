// SPDX-License-Identifier: Apache-2.0
#include "response_cache/validation.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::http {
namespace {

constexpr std::array<std::string_view, 4> kOfTheClientsCopy{"If-None-Match", "If-Modified-Since", "If-Range",
                                                            "Range"};

bool isOneOf(const std::vector<std::string_view>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view each) { return equalsIgnoreCase(each, name); });
}

}  // namespace

bool hasValidator(const Headers& response) { return response.has("ETag") || response.has("Last-Modified"); }

bool isConditional(const Request& request) {
  return std::any_of(kOfTheClientsCopy.begin(), kOfTheClientsCopy.end(),
                     [&request](std::string_view name) { return request.headers.has(name); });
}

Request unconditional(const Request& request) {
  Request plain = request;
  for (const auto name : kOfTheClientsCopy) plain.headers.remove(name);
  return plain;
}

Request validating(const Request& request, const Response& stored) {
  auto asking = unconditional(request);
  if (const auto tag = stored.headers.get("ETag")) asking.headers.set("If-None-Match", *tag);
  if (const auto modified = stored.headers.get("Last-Modified"))
    asking.headers.set("If-Modified-Since", *modified);
  return asking;
}

bool isAbout(const Response& not_modified, const Response& stored) {
  const auto theirs = not_modified.headers.get("ETag");
  if (!theirs || theirs->starts_with("W/")) return true;
  const auto ours = stored.headers.get("ETag");
  return ours == theirs;
}

Response refreshed(Response stored, Response not_modified) {
  const auto connection = not_modified.headers.joined("Connection").value_or("");
  auto untouched = listElements(connection);
  untouched.insert(untouched.end(), {"Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive"});
  // Several fields with the same name together replace the stored ones.
  for (const auto name : {"Date", "Age"}) stored.headers.remove(name);
  for (const auto& [name, value] : not_modified.headers)
    if (!isOneOf(untouched, name)) stored.headers.remove(name);
  for (const auto& [name, value] : not_modified.headers)
    if (!isOneOf(untouched, name)) stored.headers.add(name, value);
  stored.caching = std::move(not_modified.caching);
  return stored;
}

}  // namespace larder::http
