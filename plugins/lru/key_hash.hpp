// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_KEY_HASH_HPP
#define LARDER_LRU_KEY_HASH_HPP

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace larder::lru {

/// Returns a seeded hash. The hash of a namespace's name is the seed for its keys' hashes, so that moving
/// bytes between name and key changes the result. The first seed is random, so that callers cannot choose
/// keys that collide.
inline std::uint64_t hashOfBytes(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace larder::lru

#endif
