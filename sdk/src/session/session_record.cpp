// SPDX-License-Identifier: Apache-2.0
#include "session/session_record.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>

namespace larder {
namespace {

constexpr std::uint8_t kVersion = 1;

std::uint64_t checksumOf(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

std::string encodeSession(const SessionRecord& record) {
  std::string contents;
  ByteWriter writer(contents);
  Codec<std::chrono::milliseconds>::write(writer, record.created);
  Codec<std::optional<std::string>>::write(writer, record.user);
  Codec<std::string>::write(writer, record.generation);
  Codec<decltype(record.fields)>::write(writer, record.fields);

  std::string bytes;
  ByteWriter head(bytes);
  head.integer(kVersion);
  head.integer(checksumOf(contents));
  head.raw(contents);
  return bytes;
}

std::optional<SessionRecord> decodeSession(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.integer<std::uint8_t>() != kVersion) return std::nullopt;
  const auto checksum = reader.integer<std::uint64_t>();
  if (!reader.ok() || checksum != checksumOf(bytes.substr(bytes.size() - reader.left()))) return std::nullopt;

  SessionRecord record;
  record.created = Codec<std::chrono::milliseconds>::read(reader);
  record.user = Codec<std::optional<std::string>>::read(reader);
  record.generation = Codec<std::string>::read(reader);
  record.fields = Codec<decltype(record.fields)>::read(reader);
  return reader.finished() ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace larder
