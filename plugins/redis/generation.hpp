// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_GENERATION_HPP
#define LARDER_REDIS_GENERATION_HPP

#include <algorithm>
#include <array>
#include <cstddef>
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

/// Its last digits are the first ones of the run id of the server that it was made on: Redis draws one at
/// each start. So a generation that came there by a snapshot, or from the master that a replica replaces, is
/// told from those that began there.
constexpr std::size_t serverMarkSize = 6;

/// `generation` with the mark of a server; an empty mark leaves it as it is.
inline Generation marked(Generation generation, std::string_view mark) {
  std::copy(mark.begin(), mark.end(), generation.end() - static_cast<std::ptrdiff_t>(mark.size()));
  return generation;
}

inline std::string_view view(const Generation& generation) { return {generation.data(), generation.size()}; }

/// Whether it has the mark of that server; an empty mark is any server's.
inline bool isMarked(const Generation& generation, std::string_view mark) {
  return view(generation).ends_with(mark);
}

/// What Redis has stored as one; nullopt if it is none.
inline std::optional<Generation> readGeneration(std::string_view text) {
  Generation generation;
  if (text.size() != generation.size()) return std::nullopt;
  text.copy(generation.data(), generation.size());
  return generation;
}

}  // namespace larder::redis

#endif
