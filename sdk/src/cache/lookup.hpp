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

/// The result of a look-up.
struct Found {
  std::optional<CacheResult> hit;
  std::optional<CacheResult> stale;  ///< expired, but kept for a refresh
  std::vector<TagStamp> stamps;      ///< of the request's tags; 0 for a tag that has none
  std::vector<TagStamp> addedTags;   ///< of the hit or stale value, as stored with it
  std::uint64_t version = 0;         ///< stored under the key; 0: nothing to store over
  std::string outdatedBy;            ///< the tag for which a stored entry was not found; empty: none
  bool backendFailed = false;        ///< counts as a miss; the stamps are unreliable
};

/// The engine's read side: what the backend has for a request, and whether it may be served. An entry and the
/// stamps of its request's tags are read in one round trip; tags that the computation added take another. An
/// entry is never found while an invalidation that covers it has not reached the backend.
///
/// `name_space` is the backend's, with the prefix. A compressed value larger than `max_payload` bytes counts
/// as a miss. Thread-safe.
class Lookup {
 public:
  using Then = std::function<void(Found)>;
  using ThenAll = std::function<void(std::vector<Found>)>;

  /// All references are borrowed and must outlive this object and its look-ups.
  Lookup(GuardedBackend& backend, TagStamps& tags, const InvalidationQueue& invalidating, EventCounts& events,
         std::uint64_t max_payload)
      : backend_(backend),
        tags_(tags),
        invalidating_(invalidating),
        events_(events),
        maxPayload_(max_payload) {}

  /// Returns a fresh value that is held in this process. Does not wait, nor allocate if there are few tags.
  std::optional<CacheResult> findLocally(std::string_view name_space, const Key& key,
                                         std::span<const std::string> tags);

  /// Looks up an entry. Calls `then` once, inline if the backend is inline. `request` is borrowed until then.
  void find(std::string_view name_space, const CacheRequest& request, Then then);

  /// The same for several entries with the same tags, together. All arguments are borrowed until `then` runs.
  void findAll(std::string_view name_space, std::span<const Key* const> keys,
               const std::vector<std::string>& tags, ThenAll then);

  /// Runs the same look-up and reports on the entry instead of serving it. Blocks.
  Inspection inspect(std::string_view name_space, const CacheRequest& request);

 private:
  using Accepts = bool (*)(std::string_view payload);  // see CacheRequest::accepts

  void findUncovered(std::string_view name_space, std::span<const Key* const> keys,
                     const std::vector<std::string>& tags, ThenAll then);
  Found foundIn(const Key& key, const TagReads& now, Outcome&& outcome, Accepts accepts = nullptr);
  void checkAddedTags(Found found, Then then);

  GuardedBackend& backend_;
  TagStamps& tags_;
  const InvalidationQueue& invalidating_;
  EventCounts& events_;
  const std::uint64_t maxPayload_;
};

}  // namespace larder

#endif
