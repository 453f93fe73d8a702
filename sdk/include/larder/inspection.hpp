// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_INSPECTION_HPP
#define LARDER_INSPECTION_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace larder {

/// Describes what is stored for a request and whether a look-up would serve it, for diagnosis. Returned by
/// Cache::inspect.
struct Inspection {
  enum class Finding : std::uint8_t {
    fresh,       ///< a hit
    stale,       ///< expired, but kept for the uses that the request's Renewal allows
    expired,     ///< the backend still has it, but it is never served again
    outdated,    ///< one of its tags was invalidated after it was computed, or the store lost the tag's stamp
    unreadable,  ///< the bytes are not an entry of this key: damaged, of another version, or of another key
                 ///< with the same hash
    absent,      ///< nothing is stored
    invalidating,  ///< not looked up: covered by an invalidation that is still waiting for the backend
    backendFailed  ///< `error` holds the reason
  };
  Finding finding = Finding::absent;
  std::string nameSpace{};  ///< as the backend sees it, with the cache's prefix
  std::string key{};        ///< as the backend sees it
  std::string error{};      ///< reported by the backend; contains no secrets

  std::size_t bytes = 0;  ///< size of the entry in the backend, except in the last three cases

  // Set in the first four cases, from the entry.
  std::chrono::milliseconds age{0};   ///< since it was computed; never negative
  std::chrono::milliseconds ttl{0};   ///< remaining freshness; negative: how long it has been stale
  std::chrono::milliseconds kept{0};  ///< how long it may still be served; negative: how long ago that
                                      ///< ended
  std::vector<std::string> tags{};
  std::vector<std::string> outdatedTags{};  ///< those tags, of the entry or the request, that make it
                                            ///< outdated
  std::string payload{};                    ///< a copy
};

}  // namespace larder

#endif
