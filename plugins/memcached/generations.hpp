// SPDX-License-Identifier: Apache-2.0
// A namespace is cleared in one step, however many entries it has. The number of its generation is part of
// every key in it, so a new number makes all old entries unreachable and memcached evicts them in time.
#ifndef LARDER_MEMCACHED_GENERATIONS_HPP
#define LARDER_MEMCACHED_GENERATIONS_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace larder::memcached {

/// Stands for an unknown generation; never a valid one.
inline constexpr std::uint64_t kNoGeneration = 0;

/// The generations that one connection saw last. Each is only a guess that saves a round trip: the request
/// that uses a guess checks it against the server's generation in the same exchange. Not thread-safe.
class Generations {
 public:
  /// Returns the known generation, or kNoGeneration.
  std::uint64_t known(std::string_view nameSpace) const;
  void learn(std::string_view nameSpace, std::uint64_t generation);

  /// Returns the stored form: a letter, the format number, 16 hexadecimal digits.
  static std::string encode(std::uint64_t generation);
  static std::optional<std::uint64_t> decode(std::string_view stored);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  static constexpr std::size_t kMaxKnown = 1024;

  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> known_;
};

}  // namespace larder::memcached

#endif
