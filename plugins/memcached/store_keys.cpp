// SPDX-License-Identifier: Apache-2.0
#include "store_keys.hpp"

#include <larder/plugin.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace larder::memcached {

namespace {

// Appends 128 bits as base64url, without padding.
void appendText(std::string& text, XXH128_hash_t hash) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<char, 22> digits;
  for (std::size_t i = 0; i < 11; ++i, hash.low64 >>= 6) digits[i] = kAlphabet[hash.low64 & 63];
  for (std::size_t i = 11; i < 22; ++i, hash.high64 >>= 6) digits[i] = kAlphabet[hash.high64 & 63];
  text.append(digits.data(), digits.size());
}

// The size comes first, so that no two pairs of namespace and key yield the same bytes.
struct Preamble {
  std::uint64_t spaceSize;
  std::uint64_t generation;
  std::uint64_t kind;
};

// Hashes short input in one piece, because setting up a streaming state takes longer than the hash itself.
XXH128_hash_t hashOf(const Preamble& preamble, std::string_view nameSpace, std::string_view key) {
  std::array<char, 256> whole;
  const std::size_t size = sizeof preamble + nameSpace.size() + key.size();
  if (size <= whole.size()) {
    std::memcpy(whole.data(), &preamble, sizeof preamble);
    const auto behind = std::copy(nameSpace.begin(), nameSpace.end(), whole.begin() + sizeof preamble);
    std::copy(key.begin(), key.end(), behind);
    return XXH3_128bits(whole.data(), size);
  }
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, &preamble, sizeof preamble);
  XXH3_128bits_update(&state, nameSpace.data(), nameSpace.size());
  XXH3_128bits_update(&state, key.data(), key.size());
  return XXH3_128bits_digest(&state);
}

}  // namespace

StoreKeys::StoreKeys(std::string prefix) : prefix_(std::move(prefix)) {
  if (prefix_.size() > kMaxPrefix) throw plugin::ConfigError("key_prefix: longer than 200 bytes");
  const bool plain =
      std::all_of(prefix_.begin(), prefix_.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain) throw plugin::ConfigError("key_prefix: use printable ASCII characters without spaces");
}

std::string StoreKeys::entry(std::string_view nameSpace, std::uint64_t generation,
                             std::string_view key) const {
  return make('d', nameSpace, generation, key);
}

std::string StoreKeys::generation(std::string_view nameSpace) const { return make('g', nameSpace, 0, {}); }

std::string StoreKeys::lock(std::string_view nameSpace, std::string_view key) const {
  return make('l', nameSpace, 0, key);
}

std::string StoreKeys::probe() const { return make('p', {}, 0, {}); }

std::string StoreKeys::make(char kind, std::string_view nameSpace, std::uint64_t generation,
                            std::string_view key) const {
  std::string text;
  text.reserve(size());
  append(text, kind, nameSpace, generation, key);
  return text;
}

void StoreKeys::append(std::string& text, char kind, std::string_view nameSpace, std::uint64_t generation,
                       std::string_view key) const {
  const Preamble preamble{nameSpace.size(), generation, static_cast<unsigned char>(kind)};
  text.append(prefix_).push_back(kind);
  appendText(text, hashOf(preamble, nameSpace, key));
}

std::uint64_t StoreKeys::route(std::string_view nameSpace, std::string_view key) {
  return XXH3_64bits_withSeed(key.data(), key.size(), XXH3_64bits(nameSpace.data(), nameSpace.size()));
}

}  // namespace larder::memcached
