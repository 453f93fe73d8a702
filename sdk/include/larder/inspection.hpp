// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_INSPECTION_HPP
#define LARDER_INSPECTION_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace larder {

/// What is stored for a request, and whether a look-up would serve it: for people who ask why. Made by
/// Cache::inspect.
struct Inspection {
  enum class Finding : std::uint8_t {
    fresh,       ///< a hit
    stale,       ///< expired, and still kept for what the request's Renewal allows
    expired,     ///< the backend still has it, but it serves nobody any more
    outdated,    ///< one of its tags was invalidated after it was computed, or the store lost the tag's stamp
    unreadable,  ///< the bytes are no entry of this key: damaged, another version's, or another key's of the
                 ///< same hash
    absent,      ///< nothing is stored
    invalidating,  ///< not looked up: an invalidation covers it that the backend has not taken yet
    backendFailed  ///< `error` says why
  };
  Finding finding = Finding::absent;
  std::string nameSpace{};  ///< as the backend sees it, with the cache's prefix
  std::string key{};        ///< as the backend sees it
  std::string error{};      ///< of the backend; no secrets

  std::size_t bytes = 0;  ///< of the entry in the backend, in all but the last three cases

  // Of the entry, in the first four cases.
  std::chrono::milliseconds age{0};   ///< since it was computed; not negative
  std::chrono::milliseconds ttl{0};   ///< for which it stays fresh; negative: since when it is not
  std::chrono::milliseconds kept{0};  ///< until it serves nobody any more; negative: since when
  std::vector<std::string> tags{};
  std::vector<std::string> outdatedTags{};  ///< those of its tags and of the request's that make it outdated
  std::string payload{};                    ///< a copy
};

}  // namespace larder

#endif
