// SPDX-License-Identifier: Apache-2.0
#include "response_cache/stored_response.hpp"

#include <larder/byte_stream.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "http/date.hpp"
#include "http/stored_form.hpp"
#include "response_cache/gzip.hpp"

namespace larder::http {
namespace {

// The fields of RFC 9110 7.6.1 and, from "Age" on, those set for each response individually.
constexpr std::array<std::string_view, 11> kNotStored{
    "Connection", "Keep-Alive",   "Proxy-Connection", "TE",  "Trailer", "Transfer-Encoding", "Upgrade",
    "Age",        "Cache-Status", "Content-Length",   "Date"};

constexpr std::uint8_t kFormat = 5;  // differs from that of encodeLesson

bool storable(std::string_view name, const std::vector<std::string_view>& of_connection) {
  const auto same = [name](std::string_view other) { return equalsIgnoreCase(name, other); };
  return std::none_of(kNotStored.begin(), kNotStored.end(), same) &&
         std::none_of(of_connection.begin(), of_connection.end(), same);
}

// A block of fields, and the length of its first `own` fields including Date.
struct Block {
  std::string fields;
  std::size_t ownBytes = 0;
};

Block blockOf(const Headers& headers, const std::string& date, std::size_t own) {
  const auto connection = headers.joined("Connection").value_or("");
  const auto of_connection = listElements(connection);
  Block block{"Date: " + date + "\r\n", 0};
  for (const auto& [name, value] : headers) {
    if (own-- == 0) block.ownBytes = block.fields.size();
    if (storable(name, of_connection)) block.fields.append(name).append(": ").append(value).append("\r\n");
  }
  if (block.ownBytes == 0) block.ownBytes = block.fields.size();
  return block;
}

std::string dateOf(const Headers& headers, std::chrono::milliseconds made) {
  const auto own = headers.joined("Date");
  return own && parseDate(*own) ? *own : formatDate(made);
}

constexpr std::int64_t kAsThePolicySays = -1;

std::int64_t asStored(const std::optional<std::chrono::milliseconds>& window) {
  return window ? window->count() : kAsThePolicySays;
}

std::optional<std::chrono::milliseconds> windowOf(std::int64_t stored) {
  if (stored < 0) return std::nullopt;
  return std::chrono::milliseconds(stored);
}

// The part before the forms of a response.
struct Lead {
  int status = 0;
  std::uint8_t forms = 0;
  bool forEveryone = false;
  std::uint32_t age = 0;
  std::uint32_t ownBytes = 0;
  StaleWindows stale;
};

void writeLead(const Lead& lead, ByteWriter& writer) {
  writer.integer(kFormat);
  writer.integer(static_cast<std::uint16_t>(lead.status));
  writer.integer(lead.forms);
  writer.integer(static_cast<std::uint8_t>(lead.forEveryone ? 1 : 0));
  writer.integer(lead.age);
  writer.integer(lead.ownBytes);
  writer.integer(asStored(lead.stale.whileRenewing));
  writer.integer(asStored(lead.stale.onError));
}

std::optional<Lead> readLead(ByteReader& reader) {
  if (reader.integer<std::uint8_t>() != kFormat) return std::nullopt;
  Lead lead;
  lead.status = reader.integer<std::uint16_t>();
  lead.forms = reader.integer<std::uint8_t>();
  lead.forEveryone = reader.integer<std::uint8_t>() == 1;
  lead.age = reader.integer<std::uint32_t>();
  lead.ownBytes = reader.integer<std::uint32_t>();
  lead.stale.whileRenewing = windowOf(reader.integer<std::int64_t>());
  lead.stale.onError = windowOf(reader.integer<std::int64_t>());
  const bool good = lead.status >= 200 && lead.status <= 599 && (lead.forms == 1 || lead.forms == 2);
  return reader.ok() && good ? std::optional(lead) : std::nullopt;
}

std::string gzipBlockOf(Headers headers, const std::string& date) {
  if (const auto tag = headers.get("ETag")) headers.set("ETag", gzipTag(std::string(*tag)));
  headers.set("Content-Encoding", "gzip");
  return blockOf(headers, date, headers.size()).fields;
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
                           const std::optional<std::string>& gzip, const StoredTraits& traits) {
  const auto date = dateOf(response.headers, made);
  const auto block = blockOf(response.headers, date, traits.ownFields.value_or(response.headers.size()));
  std::string payload;
  payload.reserve(96 + 2 * block.fields.size() + response.body.size() + (gzip ? gzip->size() : 0));
  ByteWriter writer(payload);
  writeLead({.status = response.status,
             .forms = static_cast<std::uint8_t>(gzip ? 2 : 1),
             .forEveryone = traits.forEveryone,
             .age = static_cast<std::uint32_t>(
                 std::clamp<std::int64_t>(traits.age.count(), 0, std::numeric_limits<std::uint32_t>::max())),
             .ownBytes = static_cast<std::uint32_t>(block.ownBytes),
             .stale = traits.stale},
            writer);
  writer.sized(block.fields);
  writer.sized(response.body);
  if (gzip) {
    writer.sized(gzipBlockOf(response.headers, date));
    writer.sized(*gzip);
  }
  return payload;
}

std::optional<Response> lendResponse(Payload payload, Origin origin, bool prefer_gzip) {
  ByteReader reader(payload.bytes());
  const auto lead = readLead(reader);
  if (!lead) return std::nullopt;
  auto block = reader.sized();
  auto body = reader.sized();
  if (lead->forms == 2) {
    const auto gzip_block = reader.sized();
    const auto gzip_body = reader.sized();
    if (prefer_gzip) {
      block = gzip_block;
      body = gzip_body;
    }
  }
  if (!reader.finished()) return std::nullopt;
  if (origin == Origin::store && !canBeSent(block)) return std::nullopt;

  Response response;
  response.status = lead->status;
  response.stored = std::make_shared<const StoredForm>(
      StoredForm{std::move(payload), block, body, std::chrono::seconds(lead->age), lead->forEveryone});
  return response;
}

std::optional<Response> ownResponse(std::string_view payload) {
  ByteReader reader(payload);
  const auto lead = readLead(reader);
  if (!lead) return std::nullopt;
  auto block = reader.sized().substr(0, lead->ownBytes);
  const auto body = reader.sized();
  if (!reader.ok() || !canBeSent(block)) return std::nullopt;
  Response response{lead->status, {}, std::string(body)};
  while (const auto field = takeField(block)) response.headers.add(field->name, field->value);
  return response;
}

StaleWindows staleWindowsIn(std::string_view payload) {
  ByteReader reader(payload);
  const auto lead = readLead(reader);
  return lead ? lead->stale : StaleWindows{};
}

bool forbidsStale(const StaleWindows& windows) {
  constexpr std::chrono::milliseconds never{0};
  return windows.whileRenewing == never && windows.onError == never;
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
