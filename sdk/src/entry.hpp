// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SRC_ENTRY_HPP
#define LARDER_SRC_ENTRY_HPP

#include <larder/key.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// Marks a moment of a tag. Random, so that one that a store lost never comes back; 0 is none.
using Stamp = std::uint64_t;

struct TagStamp {
  std::string tag;
  Stamp stamp = 0;
};

/// A stamp of an entry is the tag's present one. One that is missing never is.
inline bool isCurrent(const TagStamp& of_entry, const TagStamp& now) {
  return of_entry.tag == now.tag && of_entry.stamp == now.stamp && of_entry.stamp != 0;
}

/// What is stored under a key: the payload and what is needed to judge whether it may be served.
/// Times are on the wall clock, because other hosts read them.
struct Entry {
  std::chrono::milliseconds created{0};
  std::chrono::milliseconds freshUntil{0};
  std::chrono::milliseconds staleUntil{0};  ///< not before freshUntil
  std::vector<TagStamp> tags;
  std::string_view payload;  ///< borrowed
  /// Of a payload that is compressed: its size before that, as whoever wrote the entry says.
  std::optional<std::uint64_t> plainSize{};
};

/// Bytes of an entry, the same on every host: version, checksum, times, tags, the full key if it was hashed,
/// the plain size if the payload is compressed, payload; integers little-endian. Version 1, or 2 if it is
/// compressed, so that a program that knows no compression takes no such entry for another.
std::string encodeEntry(const Entry& entry, const Key& key);

/// The entry in `bytes`, whose payload it borrows. nullopt for anything but a whole entry of a known version
/// for this key. The checksum is compared if `verify`: it tells faults of a network or a disk, which an
/// in-process store does not have.
std::optional<Entry> decodeEntry(std::string_view bytes, const Key& key, bool verify);

}  // namespace larder

#endif
