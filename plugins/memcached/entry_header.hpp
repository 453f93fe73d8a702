// SPDX-License-Identifier: Apache-2.0
//
// What is stored under a memcached key: a header of 40 bytes, the namespace, the key, the value. The
// README describes the format for other programs.
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

/// An entry as read; the views point into the bytes that were decoded.
struct Entry {
  std::uint64_t version = 0;
  std::int64_t expiresMs = 0;  ///< real time; kNever for none
  std::uint64_t generation = 0;
  std::string_view nameSpace;
  std::string_view key;
  std::string_view value;
};

/// The bytes of an entry. Namespace, key and value are each smaller than 4 GiB.
std::string encode(const Entry& entry);
void appendEncoded(std::string& bytes, const Entry& entry);
inline std::size_t encodedSize(const Entry& entry) {
  return kHeaderSize + entry.nameSpace.size() + entry.key.size() + entry.value.size();
}

/// The entry in `bytes`, or nullopt if they are foreign, damaged or of another format.
std::optional<Entry> decode(std::string_view bytes);

/// Where an entry belongs.
struct EntryPlace {
  std::string_view nameSpace;
  std::string_view key;
  std::uint64_t generation;
};

/// The entry in `bytes` if it is the one of that place and has not expired.
std::optional<Entry> liveEntry(std::string_view bytes, const EntryPlace& place, std::int64_t nowMs);

/// Change one field of an encoded entry in place; `bytes` begins with a whole header.
void setGeneration(std::span<char> bytes, std::uint64_t generation);
void setExpiry(std::span<char> bytes, std::int64_t expiresMs);

}  // namespace larder::memcached

#endif
