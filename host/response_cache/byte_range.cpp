// SPDX-License-Identifier: Apache-2.0
#include "response_cache/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "response_cache/stored_response.hpp"

namespace larder::http {
namespace {

constexpr std::size_t kMostParts = 16;

struct Part {
  std::size_t first = 0;
  std::size_t size = 0;
};

// The requested parts that exist; nullopt if the field is malformed.
using Parts = std::optional<std::vector<Part>>;

std::optional<std::uint64_t> numberIn(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return UINT64_MAX;
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// Returns false if the part is malformed. Leaves out a part outside the body.
bool takePart(std::string_view spec, std::uint64_t size, std::vector<Part>& parts) {
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return false;
  const auto first = numberIn(spec.substr(0, dash));
  const auto last = numberIn(spec.substr(dash + 1));
  if (dash == 0) {  // a suffix: the last N bytes
    if (!last) return false;
    const auto count = std::min(*last, size);
    if (count > 0) parts.push_back({size - count, count});
    return true;
  }
  const bool open = dash + 1 == spec.size();
  if (!first || (!last && !open) || (last && *last < *first)) return false;
  if (*first >= size) return true;
  const auto end = open ? size : std::min(*last, size - 1) + 1;
  parts.push_back({*first, end - *first});
  return true;
}

Parts partsIn(std::string_view range, std::size_t size) {
  const auto equals = range.find('=');
  if (equals == std::string_view::npos || !equalsIgnoreCase(trimmed(range.substr(0, equals)), "bytes"))
    return std::nullopt;
  const auto specs = listElements(range.substr(equals + 1));
  if (specs.empty()) return std::nullopt;
  std::vector<Part> parts;
  if (specs.size() > kMostParts) return parts;
  for (const auto spec : specs)
    if (!takePart(spec, size, parts)) return std::nullopt;
  // Parts that overlap this much would send more than the whole body.
  std::size_t total = 0;
  for (const auto& part : parts) total += part.size;
  return total <= size ? Parts(std::move(parts)) : std::nullopt;
}

// A weak tag does not guarantee equal bytes (RFC 9110 13.1.5).
bool isAboutThis(std::string_view wanted, const Response& response) {
  if (wanted.starts_with("W/")) return false;
  if (wanted.starts_with('"')) return response.field("ETag") == wanted;
  return response.field("Last-Modified") == wanted;
}

std::string contentRange(const Part& part, std::size_t whole) {
  return "bytes " + std::to_string(part.first) + '-' + std::to_string(part.first + part.size - 1) + '/' +
         std::to_string(whole);
}

Response notThere(const Response& response) {
  auto refused =
      Response::problem(416, "range-not-satisfiable", "Range Not Satisfiable",
                        "The requested ranges lie outside the response, or there are too many of them.");
  refused.headers.set("Content-Range", "bytes */" + std::to_string(response.content().size()));
  if (const auto status = response.field("Cache-Status")) refused.headers.set("Cache-Status", *status);
  refused.outcome = response.outcome;
  return refused;
}

Response severalParts(Response whole, const std::vector<Part>& parts) {
  // Uses the body's own hash: a body cannot contain it by accident.
  const auto hash = entityTagOf(whole.body);
  const auto boundary = hash.substr(1, hash.size() - 2);
  const auto type = std::string(whole.headers.get("Content-Type").value_or(""));
  std::string body;
  for (const auto& part : parts) {
    body += "--" + boundary + "\r\n";
    if (!type.empty()) body += "Content-Type: " + type + "\r\n";
    body += "Content-Range: " + contentRange(part, whole.body.size()) + "\r\n\r\n";
    body.append(whole.body, part.first, part.size).append("\r\n");
  }
  body += "--" + boundary + "--\r\n";
  whole.headers.set("Content-Type", "multipart/byteranges; boundary=" + boundary);
  whole.body = std::move(body);
  return whole;
}

}  // namespace

Response partWanted(const Request& request, Response&& response) {
  const auto range = request.method == "GET" ? request.headers.get("Range") : std::nullopt;
  if (!range || response.status != 200) return std::move(response);
  const auto condition = request.headers.get("If-Range");
  if (condition && !isAboutThis(*condition, response)) return std::move(response);
  const auto parts = partsIn(*range, response.content().size());
  if (!parts) return std::move(response);
  if (parts->empty()) return notThere(response);

  auto part = std::move(response).inFull();
  part.status = 206;
  if (parts->size() > 1) return severalParts(std::move(part), *parts);
  part.headers.set("Content-Range", contentRange(parts->front(), part.body.size()));
  part.body = part.body.substr(parts->front().first, parts->front().size);
  return part;
}

}  // namespace larder::http
