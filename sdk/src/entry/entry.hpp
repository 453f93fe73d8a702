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

/// Identifies a moment in a tag's history. Random, so that a stamp that a store lost never comes back; 0
/// means none.
using Stamp = std::uint64_t;

struct TagStamp {
  std::string tag;
  Stamp stamp = 0;
};

/// A borrowed TagStamp.
struct TagStampView {
  TagStampView(std::string_view name, Stamp value) : tag(name), stamp(value) {}
  TagStampView(const TagStamp& owned) : tag(owned.tag), stamp(owned.stamp) {}
  std::string_view tag;
  Stamp stamp;
};

/// Returns whether an entry's stamp is the tag's current one. A missing stamp never is.
inline bool isCurrent(TagStampView of_entry, TagStampView now) {
  return of_entry.tag == now.tag && of_entry.stamp == now.stamp && of_entry.stamp != 0;
}

/// An entry as stored under a key: the payload and the data that decide whether it may be served. Times are
/// wall-clock times, because other hosts read them.
template <class Tags>
struct EntryOf {
  std::chrono::milliseconds created{0};
  std::chrono::milliseconds freshUntil{0};
  std::chrono::milliseconds staleUntil{0};  ///< not before freshUntil
  Tags tags;
  std::string_view payload;  ///< borrowed
  /// The size before compression, as claimed by the writer of the entry; unset if the payload is not
  /// compressed.
  std::optional<std::uint64_t> plainSize{};
};

/// An entry to be stored.
using Entry = EntryOf<std::vector<TagStamp>>;

/// The tags of an entry, read in place from its bytes, so that a hit copies none of them.
class StoredTags {
 public:
  class Iterator;

  StoredTags() = default;
  /// `bytes` must hold `count` complete tags.
  StoredTags(std::size_t count, std::string_view bytes) : count_(count), bytes_(bytes) {}

  std::size_t size() const { return count_; }
  Iterator begin() const;
  Iterator end() const;

 private:
  std::size_t count_ = 0;
  std::string_view bytes_;
};

/// An entry read from a store. Its tags are borrowed, too.
using StoredEntry = EntryOf<StoredTags>;

/// Returns the bytes of an entry, the same on every host: version, checksum, times, tags, the full key, the
/// plain size if the payload is compressed, payload; integers are little-endian. The version is 3, or 4 if
/// the payload is compressed, so that a program without compression does not misread such an entry. Every
/// entry contains its full key, so bytes of another key are a miss, however they came to be stored under this
/// one.
std::string encodeEntry(const Entry& entry, const Key& key);

/// Returns the entry in `bytes`, and borrows its payload and tags from them. Returns nullopt unless `bytes`
/// are a complete entry of a known version for this key. Compares the checksum if `verify`: it detects faults
/// of networks and disks, which an in-process store does not have.
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
