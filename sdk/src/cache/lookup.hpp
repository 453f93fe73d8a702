// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_LOOKUP_HPP
#define LARDER_CACHE_LOOKUP_HPP

#include <larder/cache.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tags/tag_stamps.hpp"

namespace larder {

/// What a look-up found.
struct Found {
  std::optional<CacheResult> hit;
  std::optional<CacheResult> stale;  ///< expired, but kept for renewal
  std::vector<TagStamp> stamps;      ///< of the request's tags; 0 where a tag has none
  std::vector<TagStamp> addedTags;   ///< of the hit or stale value, as it remembers them; not compared yet
  bool backendFailed = false;        ///< then a miss, and the stamps can't be relied on
};

/// An entry that a look-up brought, and what it is good for.
struct Examined {
  Inspection::Finding finding = Inspection::Finding::absent;
  std::optional<StoredEntry> entry{};  ///< borrows from the outcome
  std::chrono::milliseconds now{0};

  bool servable() const {
    return finding == Inspection::Finding::fresh || finding == Inspection::Finding::stale;
  }
  // Of an entry that was read. Another host's clock may be ahead.
  std::chrono::milliseconds age() const {
    return std::max(now - entry->created, std::chrono::milliseconds(0));
  }
  std::chrono::milliseconds ttl() const { return entry->freshUntil - now; }
};

/// The tags of a request, and what reading their stamps brought, in the same order.
struct TagReads {
  std::span<const std::string> tags;
  std::span<const Outcome> outcomes;

  /// A read that failed: then nothing is known.
  bool anyFailed() const;
  /// 0 where a tag has none.
  std::vector<TagStamp> stamps() const;
};

/// The rule by which an entry may be served or not.
Examined examine(const GuardedBackend& backend, const Key& key, const TagReads& now, const Outcome& outcome);

/// The entry's payload as it was before it was stored; its bytes may be on loan in `outcome`, which its tags
/// lie in too. nullopt if it can't be decompressed.
std::optional<Payload> payloadOf(const StoredEntry& entry, Outcome outcome, std::uint64_t max_payload);

/// Looks up an entry and the stamps of its tags in one round trip and judges whether it may be served.
/// `done` is called once, inline if the backend is. `name_space` is the backend's, with the prefix.
/// A compressed value of more than `max_payload` bytes is none.
void lookUp(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
            const std::string& name_space, const CacheRequest& request, std::function<void(Found)> done);

/// The same where it may be waited for, as on a backend in memory, and of what is fresh alone: with a few
/// tags it allocates nothing.
struct FoundFresh {
  std::optional<CacheResult> hit{};
  std::vector<TagStamp> addedTags{};  ///< as Found::addedTags
  bool backendFailed = false;
};
FoundFresh findFresh(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
                     std::string_view name_space, const Key& key, std::span<const std::string> tag_names);

/// The same for several entries with the same tags, in one round trip. All that is given must live until
/// `done` is called.
void lookUpAll(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
               const std::string& name_space, std::span<const Key* const> keys,
               const std::vector<std::string>& tag_names, std::function<void(std::vector<Found>)> done);

/// The same look-up, told instead of served; waits for it. It does not tell the names, which the caller
/// knows.
Inspection inspectEntry(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
                        const std::string& name_space, const CacheRequest& request);

}  // namespace larder

#endif
