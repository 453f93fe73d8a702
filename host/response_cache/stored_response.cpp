// SPDX-License-Identifier: Apache-2.0
#include "response_cache/stored_response.hpp"

#include <larder/byte_stream.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace larder::http {
namespace {

// RFC 9110 7.6.1 and, from "Age" on, what is said anew in each answer.
constexpr std::array<std::string_view, 11> kNotStored{
    "Connection", "Keep-Alive",   "Proxy-Connection", "TE",  "Trailer", "Transfer-Encoding", "Upgrade",
    "Age",        "Cache-Status", "Content-Length",   "Date"};

bool storable(std::string_view name, const std::vector<std::string_view>& of_connection) {
  const auto same = [name](std::string_view other) { return equalsIgnoreCase(name, other); };
  return std::none_of(kNotStored.begin(), kNotStored.end(), same) &&
         std::none_of(of_connection.begin(), of_connection.end(), same);
}

}  // namespace

std::string encodeResponse(const Response& response) {
  const auto connection = response.headers.joined("Connection").value_or("");
  const auto of_connection = listElements(connection);

  std::string payload;
  ByteWriter writer(payload);
  writer.integer(static_cast<std::uint16_t>(response.status));
  const auto stored = [&](const auto& field) { return storable(field.first, of_connection); };
  writer.integer(
      static_cast<std::uint32_t>(std::count_if(response.headers.begin(), response.headers.end(), stored)));
  for (const auto& field : response.headers) {
    if (!stored(field)) continue;
    writer.sized(field.first);
    writer.sized(field.second);
  }
  writer.sized(response.body);
  return payload;
}

std::optional<Response> decodeResponse(std::string_view payload) {
  ByteReader reader(payload);
  Response response;
  response.status = reader.integer<std::uint16_t>();
  try {
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
      const auto name = reader.sized();
      const auto value = reader.sized();
      if (reader.ok()) response.headers.add(name, value);
    }
  } catch (const std::invalid_argument&) {
    return std::nullopt;  // a header that can't be sent was not written by us
  }
  response.body = reader.sized();
  if (!reader.finished()) return std::nullopt;
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
