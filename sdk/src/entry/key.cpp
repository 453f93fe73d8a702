// SPDX-License-Identifier: Apache-2.0
#include <larder/key.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

namespace larder {
namespace {

constexpr std::size_t kMaxStored = 250;  // memcached's limit, the tightest of the stores

// Checks eight bytes at a time: subtracting '!' from a byte below it, and adding 1 to 0x7f, sets the byte's
// highest bit, which the bytes from 0x80 have anyway. A byte that borrows or carries is itself not printable.
bool printable(std::string_view text) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const auto unprintable = [](std::uint64_t bytes) {
    return (((bytes - each * '!') | (bytes + each) | bytes) & each * 0x80) != 0;
  };
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if (unprintable(bytes)) return false;
  }
  std::uint64_t rest = each * '!';
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return !unprintable(rest);
}

// 128 bits of XXH3 make accidental collisions a matter of theory. XXH3 does not resist attackers, and need
// not: a hit compares the full key.
void writeHash(std::string_view full, std::string& text) {
  const XXH128_hash_t hash = XXH3_128bits(full.data(), full.size());
  constexpr std::string_view digits = "0123456789abcdef";
  text.reserve(33);
  text = "#";  // full keys begin with a digit or '-'
  for (const std::uint64_t half : {hash.high64, hash.low64})
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[(half >> shift) & 15];
}

}  // namespace

bool Key::fits(std::string_view full) { return full.size() <= kMaxStored && printable(full); }

std::optional<Key> Key::ofFull(std::string_view full) {
  KeyBuilder builder;
  while (!full.empty()) {
    if (full.front() == '-') {
      builder.absent();
      full.remove_prefix(1);
      continue;
    }
    const auto colon = full.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto digits = full.substr(0, colon);
    std::size_t size = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
    // Accepts only the form that field() writes: 07 and 7 would be two keys.
    if (std::to_string(size) != digits) return std::nullopt;
    full.remove_prefix(colon + 1);
    if (size > full.size()) return std::nullopt;
    builder.field(full.substr(0, size));
    full.remove_prefix(size);
  }
  return builder.build();
}

KeyBuilder& KeyBuilder::field(std::string_view bytes) {
  std::array<char, 24> size;
  const auto end = std::to_chars(size.data(), size.data() + size.size() - 1, bytes.size()).ptr;
  *end = ':';
  full_.append(size.data(), end + 1);
  full_ += bytes;
  return *this;
}

KeyBuilder& KeyBuilder::absent() {
  full_ += '-';
  return *this;
}

Key KeyBuilder::build() {
  Key key;
  key.full_ = std::move(full_);
  if (Key::fits(key.full_)) return key;
  writeHash(key.full_, hash_);
  key.stored_ = std::move(hash_);
  return key;
}

}  // namespace larder
