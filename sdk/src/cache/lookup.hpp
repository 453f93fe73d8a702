// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_LOOKUP_HPP
#define LARDER_CACHE_LOOKUP_HPP

#include <larder/cache.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/event_counts.hpp"
#include "cache/examined.hpp"
#include "guard/guarded_backend.hpp"
#include "tags/invalidation_queue.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

/// What a look-up found.
struct Found {
  std::optional<CacheResult> hit;
  std::optional<CacheResult> stale;  ///< expired, but kept for renewal
  std::vector<TagStamp> stamps;      ///< of the request's tags; 0 where a tag has none
  std::vector<TagStamp> addedTags;   ///< of the hit or stale value, as it remembers them
  std::uint64_t version = 0;         ///< in the store under the key; 0: nothing to store over
  bool backendFailed = false;        ///< then a miss, and the stamps can't be relied on
};

/// The engine's reading side: what the backend has for a request, and whether it may be served. An entry and
/// the stamps of its request's tags come in one round trip; tags that the computation added take another.
/// Nothing is found of what an invalidation covers that the backend has not taken yet.
///
/// `name_space` is the backend's, with the prefix. A compressed value of more than `max_payload` bytes is
/// none. Thread-safe.
class Lookup {
 public:
  using Then = std::function<void(Found)>;
  using ThenAll = std::function<void(std::vector<Found>)>;

  /// All must outlive it and its look-ups.
  Lookup(GuardedBackend& backend, TagStamps& tags, const InvalidationQueue& invalidating, EventCounts& events,
         std::uint64_t max_payload)
      : backend_(backend),
        tags_(tags),
        invalidating_(invalidating),
        events_(events),
        maxPayload_(max_payload) {}

  /// A fresh value that is in this process: without waiting, nor allocating if there are few tags.
  std::optional<CacheResult> findLocally(std::string_view name_space, const Key& key,
                                         std::span<const std::string> tags);

  /// Calls `then` once, inline if the backend is. `request` is borrowed until then.
  void find(std::string_view name_space, const CacheRequest& request, Then then);

  /// The same for several entries with the same tags, together. All that is given is borrowed until then.
  void findAll(std::string_view name_space, std::span<const Key* const> keys,
               const std::vector<std::string>& tags, ThenAll then);

  /// The same look-up, told instead of served; waits for it.
  Inspection inspect(std::string_view name_space, const CacheRequest& request);

 private:
  using Accepts = bool (*)(std::string_view payload);  // as CacheRequest::accepts

  void findUncovered(std::string_view name_space, std::span<const Key* const> keys,
                     const std::vector<std::string>& tags, ThenAll then);
  Found foundIn(const Key& key, const TagReads& now, Outcome outcome, Accepts accepts = nullptr);
  void checkAddedTags(Found found, Then then);

  GuardedBackend& backend_;
  TagStamps& tags_;
  const InvalidationQueue& invalidating_;
  EventCounts& events_;
  const std::uint64_t maxPayload_;
};

}  // namespace larder

#endif
