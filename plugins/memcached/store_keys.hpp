// SPDX-License-Identifier: Apache-2.0
// The keys that memcached sees. libmemcached's text protocol breaks on a key with a space, a line break or a
// NUL, and memcached limits keys to 250 bytes, so neither ever sees a user's key. Each key is the configured
// prefix, one letter, and 22 characters of a 128-bit hash.
#ifndef LARDER_MEMCACHED_STORE_KEYS_HPP
#define LARDER_MEMCACHED_STORE_KEYS_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace larder::memcached {

/// Builds keys. The hash is not cryptographic: a forged collision is a miss, because an entry carries its
/// full namespace, key and generation, and readers compare them. Immutable.
class StoreKeys {
 public:
  static constexpr std::size_t kMaxPrefix = 200;

  /// Throws plugin::ConfigError if `prefix` is too long, or is not printable ASCII without spaces.
  explicit StoreKeys(std::string prefix);

  /// Returns the key of the entry `key` in one generation of a namespace.
  std::string entry(std::string_view nameSpace, std::uint64_t generation, std::string_view key) const;
  void appendEntry(std::string& text, std::string_view nameSpace, std::uint64_t generation,
                   std::string_view key) const {
    append(text, 'd', nameSpace, generation, key);
  }
  /// Returns the key that holds the number of a namespace's current generation.
  std::string generation(std::string_view nameSpace) const;
  void appendGeneration(std::string& text, std::string_view nameSpace) const {
    append(text, 'g', nameSpace, 0, {});
  }
  /// Returns the key of the lock `key` of a namespace.
  std::string lock(std::string_view nameSpace, std::string_view key) const;
  /// Returns a key under which nothing is ever stored, for checking whether a server replies.
  std::string probe() const;

  /// Returns the size of every key in bytes.
  std::size_t size() const { return prefix_.size() + 1 + kHashText; }

  /// Returns the number that selects a key's server and connection; the same in every generation.
  static std::uint64_t route(std::string_view nameSpace, std::string_view key);

 private:
  static constexpr std::size_t kHashText = 22;

  void append(std::string& text, char kind, std::string_view nameSpace, std::uint64_t generation,
              std::string_view key) const;
  std::string make(char kind, std::string_view nameSpace, std::uint64_t generation,
                   std::string_view key) const;

  std::string prefix_;
};

}  // namespace larder::memcached

#endif
