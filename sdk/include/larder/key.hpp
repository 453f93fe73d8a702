// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_KEY_HPP
#define LARDER_KEY_HPP

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace larder {

/// Identifies an entry. Built from length-prefixed fields, so two different lists of fields never produce
/// equal keys.
class Key {
 public:
  Key() = default;
  /// Makes a key of one field, so a plain name works as a key: `cache.get<int>("answer")`.
  template <class Name>
    requires std::convertible_to<const Name&, std::string_view>
  Key(const Name& name);

  /// Returns all fields, of any length: the full identity of the entry.
  const std::string& full() const { return full_; }

  /// Returns the key as backends see it, at most 250 printable bytes: the full key if that fits, otherwise
  /// its hash. The entry holds the full key and each hit compares it, so a collision is a miss.
  const std::string& stored() const { return stored_.empty() ? full_ : stored_; }
  bool hashed() const { return !stored_.empty(); }

  /// Returns whether backends take `full` unchanged; otherwise its hash is used.
  static bool fits(std::string_view full);

  /// Returns the key whose full() is `full`; nullopt if no KeyBuilder can produce that text.
  static std::optional<Key> ofFull(std::string_view full);

 private:
  friend class KeyBuilder;
  std::string full_;
  std::string stored_;
};

class KeyBuilder {
 public:
  KeyBuilder() = default;
  /// Reuses the memory of a key that is no longer needed.
  explicit KeyBuilder(Key&& reused) : full_(std::move(reused.full_)), hash_(std::move(reused.stored_)) {
    full_.clear();
  }

  KeyBuilder& field(std::string_view bytes);
  /// Adds a field without a value, which differs from an empty one.
  KeyBuilder& absent();
  Key build();

  /// Reserves room for that many bytes in total, so that the fields need only one allocation.
  KeyBuilder& reserve(std::size_t bytes) {
    full_.reserve(bytes);
    return *this;
  }

 private:
  std::string full_;
  std::string hash_;  // reused memory for a hash
};

template <class Name>
  requires std::convertible_to<const Name&, std::string_view>
Key::Key(const Name& name) : Key(KeyBuilder().field(name).build()) {}

}  // namespace larder

#endif
