// SPDX-License-Identifier: Apache-2.0
// The value stored under a memcached key: a header of 40 bytes, then the namespace, the key and the value.
// The README describes the format for other programs.
#ifndef LARDER_MEMCACHED_ENTRY_HEADER_HPP
#define LARDER_MEMCACHED_ENTRY_HEADER_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace larder::memcached {

inline constexpr std::size_t kHeaderSize = 40;

/// A decoded entry; the views point into the decoded bytes.
struct Entry {
  std::uint64_t version = 0;
  std::int64_t expiresMs = 0;  ///< ms of real time; kNever for no expiry
  std::uint64_t generation = 0;
  std::string_view nameSpace;
  std::string_view key;
  std::string_view value;
};

/// Encodes an entry. Namespace, key and value must each be smaller than 4 GiB.
std::string encode(const Entry& entry);
void appendEncoded(std::string& bytes, const Entry& entry);
inline std::size_t encodedSize(const Entry& entry) {
  return kHeaderSize + entry.nameSpace.size() + entry.key.size() + entry.value.size();
}

/// Decodes `bytes`; nullopt if they are foreign, damaged or of another format.
std::optional<Entry> decode(std::string_view bytes);

/// The place that an entry belongs to.
struct EntryPlace {
  std::string_view nameSpace;
  std::string_view key;
  std::uint64_t generation;
};

/// Decodes `bytes` and returns the entry if it belongs to `place` and has not expired.
std::optional<Entry> liveEntry(std::string_view bytes, const EntryPlace& place, std::int64_t nowMs);

/// Overwrites one field of an encoded entry in place; `bytes` begins with a complete header.
void setGeneration(std::span<char> bytes, std::uint64_t generation);
void setExpiry(std::span<char> bytes, std::int64_t expiresMs);

}  // namespace larder::memcached

#endif
