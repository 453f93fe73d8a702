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

/// The lifetime of a namespace between two clears, identified by a random name that is part of every entry's
/// key. A new generation makes all entries of the old one unreachable at once.
using Generation = std::array<char, 16>;

/// Formats `number` as sixteen hexadecimal digits.
inline Generation generationOf(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  Generation generation;
  for (char& digit : generation) {
    digit = digits[number & 0xfU];
    number >>= 4;
  }
  return generation;
}

/// A generation ends with the first digits of the run id of the server it was created on. Redis draws a new
/// run id at each start, so the mark tells generations created on this server from those that arrived in a
/// snapshot or by replication from a former master.
constexpr std::size_t serverMarkSize = 6;

/// Returns `generation` with the mark of a server; an empty mark leaves it unchanged.
inline Generation marked(Generation generation, std::string_view mark) {
  std::copy(mark.begin(), mark.end(), generation.end() - static_cast<std::ptrdiff_t>(mark.size()));
  return generation;
}

inline std::string_view view(const Generation& generation) { return {generation.data(), generation.size()}; }

/// Returns whether the generation carries that server's mark; an empty mark matches any generation.
inline bool isMarked(const Generation& generation, std::string_view mark) {
  return view(generation).ends_with(mark);
}

/// Parses a stored generation; nullopt if `text` is not one.
inline std::optional<Generation> readGeneration(std::string_view text) {
  Generation generation;
  if (text.size() != generation.size()) return std::nullopt;
  text.copy(generation.data(), generation.size());
  return generation;
}

}  // namespace larder::redis

#endif
