// SPDX-License-Identifier: Apache-2.0
#include "admin/entries_api.hpp"

#include <larder/extensions.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "admin/api_answers.hpp"

namespace larder::host {
namespace {

using http::Request;
using http::Response;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMostEntries = 500;
constexpr std::chrono::milliseconds kPatience{2000};

// A cursor may be any bytes.
std::string asHex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<std::string> fromHex(std::string_view text) {
  std::string bytes;
  for (; text.size() >= 2; text.remove_prefix(2)) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 2, value, 16);
    if (error != std::errc() || end != text.data() + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return text.empty() ? std::optional(std::move(bytes)) : std::nullopt;
}

// Those of a key that is stored in full, null for a field without a value.
Json fieldsOf(std::string_view stored) {
  Json fields = Json::array();
  while (!stored.empty()) {
    if (stored.front() == '-') {
      fields.push_back(nullptr);
      stored.remove_prefix(1);
      continue;
    }
    const auto colon = stored.find(':');
    std::size_t size = 0;
    std::from_chars(stored.data(), stored.data() + colon, size);
    fields.push_back(stored.substr(colon + 1, size));
    stored.remove_prefix(colon + 1 + size);
  }
  return fields;
}

Json entryAsJson(const AdminParts& parts, const std::string& name_space, const std::string& key,
                 Deadline deadline) {
  Json shown{{"key", key}};
  if (Key::ofFull(key)) shown["fields"] = fieldsOf(key);
  const auto facts = introspect(parts.engine.backend(), name_space, key, deadline);
  if (facts.size) shown["bytes"] = *facts.size;
  if (facts.ttl && *facts.ttl != noExpiry) shown["ttl_ms"] = facts.ttl->count();
  return shown;
}

// A backend may end a page early, at the end of a shard, so this goes on until the page is full.
ScanPage scanAbout(Backend& backend, const std::string& name_space, std::size_t limit, std::string cursor,
                   Deadline deadline) {
  ScanPage all;
  all.status = Status::ok;
  all.cursor = std::move(cursor);
  do {
    const auto rest = static_cast<std::int64_t>(limit - all.keys.size());
    auto part = scan(backend, name_space, {}, rest, all.cursor, deadline);
    if (part.status != Status::ok) return part;
    std::move(part.keys.begin(), part.keys.end(), std::back_inserter(all.keys));
    all.cursor = std::move(part.cursor);
  } while (!all.cursor.empty() && all.keys.size() < limit);
  return all;
}

Response notListed(const AdminParts& parts, const ScanPage& page) {
  if (page.status == Status::unsupported)
    return Response::problem(
        501, "no-scan", "Not Implemented",
        "The backend " + std::string(parts.engine.backend().name()) + " cannot list its keys.");
  if (page.status == Status::invalid) return badRequest("cursor is not one of a former page.");
  return Response::unavailable("backend-failed", "Service Unavailable",
                               "The backend answered " + std::string(toString(page.status)) + "; try again.");
}

}  // namespace

Response listEntries(const AdminParts& parts, const Request& request) {
  const auto name = request.queryParam("namespace").value_or("responses");
  const auto limit = numberIn(request, "limit", 100, 1, kMostEntries);
  const auto cursor = fromHex(request.queryParam("cursor").value_or(""));
  if (!limit || !cursor) return badRequest("limit is a number from 1 to 500, cursor one of a former page.");
  auto& backend = parts.engine.backend();
  const auto name_space = parts.engine.options().prefix + ":" + std::string(name);
  const auto deadline = backend.in(kPatience);
  const auto page = scanAbout(backend, name_space, static_cast<std::size_t>(*limit), *cursor, deadline);
  if (page.status != Status::ok) return notListed(parts, page);
  Json entries = Json::array();
  for (const auto& key : page.keys) entries.push_back(entryAsJson(parts, name_space, key, deadline));
  Json shown{{"namespace", name_space}, {"entries", std::move(entries)}};
  if (!page.cursor.empty()) shown["cursor"] = asHex(page.cursor);
  return answer(shown);
}

}  // namespace larder::host
