// SPDX-License-Identifier: Apache-2.0
#include "response_cache/stored_response.hpp"

#include <larder/byte_stream.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "http/date.hpp"
#include "http/stored_form.hpp"
#include "response_cache/gzip.hpp"

namespace larder::http {
namespace {

// RFC 9110 7.6.1 and, from "Age" on, what is said anew in each answer.
constexpr std::array<std::string_view, 11> kNotStored{
    "Connection", "Keep-Alive",   "Proxy-Connection", "TE",  "Trailer", "Transfer-Encoding", "Upgrade",
    "Age",        "Cache-Status", "Content-Length",   "Date"};

constexpr std::uint8_t kFormat = 4;  // encodeLesson has another

bool storable(std::string_view name, const std::vector<std::string_view>& of_connection) {
  const auto same = [name](std::string_view other) { return equalsIgnoreCase(name, other); };
  return std::none_of(kNotStored.begin(), kNotStored.end(), same) &&
         std::none_of(of_connection.begin(), of_connection.end(), same);
}

std::string headerBlockOf(const Headers& headers, const std::string& date) {
  const auto connection = headers.joined("Connection").value_or("");
  const auto of_connection = listElements(connection);
  std::string block = "Date: " + date + "\r\n";
  for (const auto& [name, value] : headers)
    if (storable(name, of_connection)) block.append(name).append(": ").append(value).append("\r\n");
  return block;
}

std::string gzipBlockOf(Headers headers, const std::string& date) {
  if (const auto tag = headers.get("ETag")) headers.set("ETag", gzipTag(std::string(*tag)));
  headers.set("Content-Encoding", "gzip");
  return headerBlockOf(headers, date);
}

bool canBeSent(std::string_view block) {
  while (!block.empty()) {
    const auto field = takeField(block);
    if (!field || !isToken(field->name) || !isFieldValue(field->value)) return false;
  }
  return true;
}

}  // namespace

std::string encodeResponse(const Response& response, std::chrono::milliseconds made,
                           const std::optional<std::string>& gzip) {
  const auto date = formatDate(made);
  const auto block = headerBlockOf(response.headers, date);
  std::string payload;
  payload.reserve(64 + 2 * block.size() + response.body.size() + (gzip ? gzip->size() : 0));
  ByteWriter writer(payload);
  writer.integer(kFormat);
  writer.integer(static_cast<std::uint16_t>(response.status));
  writer.integer(static_cast<std::uint8_t>(gzip ? 2 : 1));
  writer.sized(block);
  writer.sized(response.body);
  if (gzip) {
    writer.sized(gzipBlockOf(response.headers, date));
    writer.sized(*gzip);
  }
  return payload;
}

std::optional<Response> lendResponse(Payload payload, Origin origin, bool prefer_gzip) {
  ByteReader reader(payload.bytes());
  if (reader.integer<std::uint8_t>() != kFormat) return std::nullopt;
  const int status = reader.integer<std::uint16_t>();
  const auto forms = reader.integer<std::uint8_t>();
  auto block = reader.sized();
  auto body = reader.sized();
  if (forms == 2) {
    const auto gzip_block = reader.sized();
    const auto gzip_body = reader.sized();
    if (prefer_gzip) {
      block = gzip_block;
      body = gzip_body;
    }
  }
  const bool whole = reader.finished() && (forms == 1 || forms == 2);
  if (!whole || status < 200 || status > 599) return std::nullopt;
  if (origin == Origin::store && !canBeSent(block)) return std::nullopt;

  Response response;
  response.status = status;
  response.stored = std::make_shared<const StoredForm>(StoredForm{std::move(payload), block, body});
  return response;
}

std::string entityTagOf(std::string_view body) {
  const XXH128_hash_t hash = XXH3_128bits(body.data(), body.size());
  constexpr std::string_view digits = "0123456789abcdef";
  std::string tag = "\"";
  for (const std::uint64_t half : {std::uint64_t{hash.high64}, std::uint64_t{hash.low64}})
    for (int shift = 60; shift >= 0; shift -= 4) tag += digits[(half >> shift) & 15];
  return tag + '"';
}

}  // namespace larder::http
