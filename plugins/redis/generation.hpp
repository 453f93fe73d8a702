// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_GENERATION_HPP
#define LARDER_REDIS_GENERATION_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace larder::redis {

/// The life of a namespace between two clears: a random name, part of every entry's key. A new generation
/// makes all entries of the old one unreachable at once.
using Generation = std::array<char, 16>;

/// Sixteen hexadecimal digits.
inline Generation generationOf(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  Generation generation;
  for (char& digit : generation) {
    digit = digits[number & 0xfU];
    number >>= 4;
  }
  return generation;
}

inline std::string_view view(const Generation& generation) { return {generation.data(), generation.size()}; }

/// What Redis has stored as one; nullopt if it is none.
inline std::optional<Generation> readGeneration(std::string_view text) {
  Generation generation;
  if (text.size() != generation.size()) return std::nullopt;
  text.copy(generation.data(), generation.size());
  return generation;
}

}  // namespace larder::redis

#endif
