// SPDX-License-Identifier: Apache-2.0
//
// The keys that memcached sees. libmemcached's text protocol does not survive a key with a space, a line
// break or a NUL in it, and memcached stops at 250 bytes, so neither ever sees a key of the user's: each
// is the configured prefix, one letter, and 22 characters of a 128-bit hash.
#ifndef LARDER_MEMCACHED_STORE_KEYS_HPP
#define LARDER_MEMCACHED_STORE_KEYS_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace larder::memcached {

/// Makes keys. The hash is not a cryptographic one: a forged collision is a miss, because an
/// entry carries its namespace, key and generation in full and a reader compares them. Immutable.
class StoreKeys {
 public:
  static constexpr std::size_t kMaxPrefix = 200;

  /// Throws plugin::ConfigError if `prefix` is too long or not made of printable ASCII without spaces.
  explicit StoreKeys(std::string prefix);

  /// Where the entry `key` of a namespace is in one of the namespace's generations.
  std::string entry(std::string_view nameSpace, std::uint64_t generation, std::string_view key) const;
  void appendEntry(std::string& text, std::string_view nameSpace, std::uint64_t generation,
                   std::string_view key) const {
    append(text, 'd', nameSpace, generation, key);
  }
  /// Where the number of a namespace's current generation is.
  std::string generation(std::string_view nameSpace) const;
  void appendGeneration(std::string& text, std::string_view nameSpace) const {
    append(text, 'g', nameSpace, 0, {});
  }
  /// Where the lock `key` of a namespace is.
  std::string lock(std::string_view nameSpace, std::string_view key) const;
  /// A key under which nothing is ever stored, to see whether a server answers.
  std::string probe() const;

  /// Of every key.
  std::size_t size() const { return prefix_.size() + 1 + kHashText; }

  /// Decides on the server and the connection of a key; the same in every generation.
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
