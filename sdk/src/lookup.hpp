// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SRC_LOOKUP_HPP
#define LARDER_SRC_LOOKUP_HPP

#include <larder/cache.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tag_stamps.hpp"

namespace larder {

/// What a look-up found.
struct Found {
  std::optional<CacheResult> hit;
  std::optional<CacheResult> stale;  ///< expired, but kept for renewal
  std::vector<TagStamp> stamps;      ///< of the request's tags; 0 where a tag has none
  bool backendFailed = false;        ///< then a miss, and the stamps can't be relied on
};

/// Looks up an entry and the stamps of its tags in one round trip and judges whether it may be served.
/// `done` is called once, inline if the backend is. `name_space` is the backend's, with the prefix.
/// A compressed value of more than `max_payload` bytes is none.
void lookUp(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
            const std::string& name_space, const CacheRequest& request, std::function<void(Found)> done);

/// The same for several entries with the same tags, in one round trip. All that is given must live until
/// `done` is called.
void lookUpAll(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
               const std::string& name_space, std::span<const Key* const> keys,
               const std::vector<std::string>& tag_names, std::function<void(std::vector<Found>)> done);

}  // namespace larder

#endif
