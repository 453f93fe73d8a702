// SPDX-License-Identifier: Apache-2.0
#include "entry_header.hpp"

#include "expiry.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace larder::memcached {

namespace {

// Offsets; all numbers are little-endian.
constexpr std::size_t kMagicAt = 0;        // "Lm", the format number, 0
constexpr std::size_t kValueSizeAt = 4;    // u32
constexpr std::size_t kVersionAt = 8;      // u64
constexpr std::size_t kExpiryAt = 16;      // i64
constexpr std::size_t kGenerationAt = 24;  // u64
constexpr std::size_t kSpaceSizeAt = 32;   // u32
constexpr std::size_t kKeySizeAt = 36;     // u32
constexpr std::string_view kMagic("Lm\x01\x00", 4);

static_assert(std::endian::native == std::endian::little, "numbers would need their bytes swapped");

template <class Number>
void put(char* bytes, std::size_t at, Number number) {
  std::memcpy(bytes + at, &number, sizeof number);
}

template <class Number>
Number take(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

}  // namespace

std::string encode(const Entry& entry) {
  std::string bytes;
  bytes.reserve(encodedSize(entry));
  appendEncoded(bytes, entry);
  return bytes;
}

void appendEncoded(std::string& bytes, const Entry& entry) {
  std::array<char, kHeaderSize> header;
  std::memcpy(header.data() + kMagicAt, kMagic.data(), kMagic.size());
  put(header.data(), kValueSizeAt, static_cast<std::uint32_t>(entry.value.size()));
  put(header.data(), kVersionAt, entry.version);
  put(header.data(), kExpiryAt, entry.expiresMs);
  put(header.data(), kGenerationAt, entry.generation);
  put(header.data(), kSpaceSizeAt, static_cast<std::uint32_t>(entry.nameSpace.size()));
  put(header.data(), kKeySizeAt, static_cast<std::uint32_t>(entry.key.size()));
  bytes.append(header.data(), header.size());
  bytes.append(entry.nameSpace).append(entry.key).append(entry.value);
}

std::optional<Entry> decode(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || bytes.substr(kMagicAt, kMagic.size()) != kMagic) return std::nullopt;
  const std::size_t space = take<std::uint32_t>(bytes, kSpaceSizeAt);
  const std::size_t key = take<std::uint32_t>(bytes, kKeySizeAt);
  const std::size_t value = take<std::uint32_t>(bytes, kValueSizeAt);
  if (bytes.size() != kHeaderSize + space + key + value) return std::nullopt;

  Entry entry;
  entry.version = take<std::uint64_t>(bytes, kVersionAt);
  entry.expiresMs = take<std::int64_t>(bytes, kExpiryAt);
  entry.generation = take<std::uint64_t>(bytes, kGenerationAt);
  entry.nameSpace = bytes.substr(kHeaderSize, space);
  entry.key = bytes.substr(kHeaderSize + space, key);
  entry.value = bytes.substr(kHeaderSize + space + key);
  if (entry.version == 0) return std::nullopt;
  return entry;
}

std::optional<Entry> liveEntry(std::string_view bytes, const EntryPlace& place, std::int64_t nowMs) {
  auto entry = decode(bytes);
  if (!entry || entry->generation != place.generation || entry->nameSpace != place.nameSpace ||
      entry->key != place.key)
    return std::nullopt;
  if (hasExpired(entry->expiresMs, nowMs)) return std::nullopt;
  return entry;
}

void setGeneration(std::span<char> bytes, std::uint64_t generation) {
  put(bytes.data(), kGenerationAt, generation);
}

void setExpiry(std::span<char> bytes, std::int64_t expiresMs) { put(bytes.data(), kExpiryAt, expiresMs); }

}  // namespace larder::memcached
