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

/// The name of an entry. Built from fields that are written with their lengths, so that no choice of
/// contents makes two different lists of fields equal.
class Key {
 public:
  Key() = default;
  /// Of one field, so that a name is a key: `cache.get<int>("answer")`.
  template <class Name>
    requires std::convertible_to<const Name&, std::string_view>
  Key(const Name& name);

  /// All fields, whatever their length: what identifies the entry.
  const std::string& full() const { return full_; }

  /// The key as backends see it: at most 250 printable bytes. The full one where that fits, else its hash.
  /// The entry holds the full key and a hit compares it, so a collision is a miss.
  const std::string& stored() const { return stored_.empty() ? full_ : stored_; }
  bool hashed() const { return !stored_.empty(); }

  /// Whether backends take `full` as it is. Else its hash stands for it.
  static bool fits(std::string_view full);

  /// The key whose full() is `full`; nullopt if no KeyBuilder writes such a text.
  static std::optional<Key> ofFull(std::string_view full);

 private:
  friend class KeyBuilder;
  std::string full_;
  std::string stored_;
};

class KeyBuilder {
 public:
  KeyBuilder() = default;
  /// Builds in the memory of a key that is no longer needed.
  explicit KeyBuilder(Key&& reused) : full_(std::move(reused.full_)), hash_(std::move(reused.stored_)) {
    full_.clear();
  }

  KeyBuilder& field(std::string_view bytes);
  /// A field without a value, which differs from an empty one.
  KeyBuilder& absent();
  Key build();

  /// Room for that many bytes in all, so that the fields cost one allocation.
  KeyBuilder& reserve(std::size_t bytes) {
    full_.reserve(bytes);
    return *this;
  }

 private:
  std::string full_;
  std::string hash_;  // memory for one
};

template <class Name>
  requires std::convertible_to<const Name&, std::string_view>
Key::Key(const Name& name) : Key(KeyBuilder().field(name).build()) {}

}  // namespace larder

#endif
