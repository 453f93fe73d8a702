// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENTRY_ENTRY_HPP
#define LARDER_ENTRY_ENTRY_HPP

#include <larder/key.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
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

/// The same, borrowed.
struct TagStampView {
  TagStampView(std::string_view name, Stamp value) : tag(name), stamp(value) {}
  TagStampView(const TagStamp& owned) : tag(owned.tag), stamp(owned.stamp) {}
  std::string_view tag;
  Stamp stamp;
};

/// A stamp of an entry is the tag's present one. One that is missing never is.
inline bool isCurrent(TagStampView of_entry, TagStampView now) {
  return of_entry.tag == now.tag && of_entry.stamp == now.stamp && of_entry.stamp != 0;
}

/// What is stored under a key: the payload and what is needed to judge whether it may be served.
/// Times are on the wall clock, because other hosts read them.
template <class Tags>
struct EntryOf {
  std::chrono::milliseconds created{0};
  std::chrono::milliseconds freshUntil{0};
  std::chrono::milliseconds staleUntil{0};  ///< not before freshUntil
  Tags tags;
  std::string_view payload;  ///< borrowed
  /// Of a payload that is compressed: its size before that, as whoever wrote the entry says.
  std::optional<std::uint64_t> plainSize{};
};

/// One to be stored.
using Entry = EntryOf<std::vector<TagStamp>>;

/// The tags of an entry, read where they lie in its bytes: a hit copies none of them.
class StoredTags {
 public:
  class Iterator;

  StoredTags() = default;
  /// `bytes` hold that many, whole.
  StoredTags(std::size_t count, std::string_view bytes) : count_(count), bytes_(bytes) {}

  std::size_t size() const { return count_; }
  Iterator begin() const;
  Iterator end() const;

 private:
  std::size_t count_ = 0;
  std::string_view bytes_;
};

/// One that was stored; its tags, too, are borrowed.
using StoredEntry = EntryOf<StoredTags>;

/// Bytes of an entry, the same on every host: version, checksum, times, tags, the full key, the plain size if
/// the payload is compressed, payload; integers little-endian. Version 3, or 4 if it is compressed, so that a
/// program that knows no compression takes no such entry for another. The key stands in each, whatever its
/// length: another key's bytes are a miss, however they came under this one.
std::string encodeEntry(const Entry& entry, const Key& key);

/// The entry in `bytes`, whose payload it borrows. nullopt for anything but a whole entry of a known version
/// for this key. The checksum is compared if `verify`: it tells faults of a network or a disk, which an
/// in-process store does not have.
std::optional<StoredEntry> decodeEntry(std::string_view bytes, const Key& key, bool verify);

class StoredTags::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = TagStampView;
  using difference_type = std::ptrdiff_t;
  using pointer = const TagStampView*;
  using reference = TagStampView;

  Iterator(std::size_t left, std::string_view rest) : left_(left), rest_(rest) {}

  TagStampView operator*() const;
  Iterator& operator++();
  Iterator operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

 private:
  std::size_t left_;
  std::string_view rest_;
};

inline StoredTags::Iterator StoredTags::begin() const { return {count_, bytes_}; }
inline StoredTags::Iterator StoredTags::end() const { return {0, {}}; }

}  // namespace larder

#endif
