// SPDX-License-Identifier: Apache-2.0
#include "entry/entry.hpp"

#include <larder/byte_stream.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace larder {
namespace {

// Entry versions. Versions 1 and 2 omitted a key that was stored unhashed.
constexpr std::uint8_t kPlain = 3;
constexpr std::uint8_t kCompressed = 4;
constexpr std::size_t kChecked = sizeof kPlain + sizeof(std::uint64_t);  // offset of the checksummed bytes

// The version precedes these bytes, so it seeds the checksum: compressed bytes must not pass for plain ones.
std::uint64_t checksumOf(std::uint8_t version, std::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), version - kPlain);
}

}  // namespace

std::string encodeEntry(const Entry& entry, const Key& key) {
  const auto version = entry.plainSize ? kCompressed : kPlain;
  std::string body;
  body.reserve(128 + entry.payload.size() + key.full().size());
  ByteWriter writer(body);
  writer.integer(version);
  writer.integer(std::uint64_t{0});  // replaced by the checksum below
  writer.integer(std::int64_t{entry.created.count()});
  writer.integer(std::int64_t{entry.freshUntil.count()});
  writer.integer(std::int64_t{entry.staleUntil.count()});
  writer.integer(static_cast<std::uint32_t>(entry.tags.size()));
  for (const auto& [tag, stamp] : entry.tags) {
    writer.sized(tag);
    writer.integer(stamp);
  }
  writer.sized(key.full());
  if (entry.plainSize) writer.integer(*entry.plainSize);
  writer.raw(entry.payload);

  std::string checksum;
  ByteWriter(checksum).integer(checksumOf(version, std::string_view(body).substr(kChecked)));
  return body.replace(sizeof kPlain, checksum.size(), checksum);
}

namespace {

TagStampView readTag(ByteReader& reader) {
  const auto tag = reader.sized();
  return {tag, reader.integer<Stamp>()};
}

}  // namespace

TagStampView StoredTags::Iterator::operator*() const {
  ByteReader reader(rest_);
  return readTag(reader);
}

StoredTags::Iterator& StoredTags::Iterator::operator++() {
  ByteReader reader(rest_);
  readTag(reader);
  rest_.remove_prefix(rest_.size() - reader.left());
  --left_;
  return *this;
}

std::optional<StoredEntry> decodeEntry(std::string_view bytes, const Key& key, bool verify) {
  ByteReader reader(bytes);
  const auto version = reader.integer<std::uint8_t>();
  if (version != kPlain && version != kCompressed) return std::nullopt;
  const auto checksum = reader.integer<std::uint64_t>();
  if (!reader.ok() || (verify && checksum != checksumOf(version, bytes.substr(kChecked))))
    return std::nullopt;

  StoredEntry entry;
  entry.created = std::chrono::milliseconds(reader.integer<std::int64_t>());
  entry.freshUntil = std::chrono::milliseconds(reader.integer<std::int64_t>());
  entry.staleUntil = std::chrono::milliseconds(reader.integer<std::int64_t>());
  const auto tags = reader.integer<std::uint32_t>();
  const auto of_tags = bytes.substr(bytes.size() - reader.left());
  for (std::uint32_t i = 0; i < tags && reader.ok(); ++i) readTag(reader);
  entry.tags = {tags, of_tags};
  if (reader.sized() != key.full()) return std::nullopt;
  if (version == kCompressed) entry.plainSize = reader.integer<std::uint64_t>();
  if (!reader.ok()) return std::nullopt;
  entry.payload = reader.raw(reader.left());
  return entry;
}

}  // namespace larder
