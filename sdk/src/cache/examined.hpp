// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_EXAMINED_HPP
#define LARDER_CACHE_EXAMINED_HPP

#include <larder/cache.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "guard/guarded_backend.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

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

/// The tags of the entry beyond those of the request.
std::vector<TagStamp> addedTags(const StoredTags& entry, std::size_t of_request);

/// The entry's payload as it was before it was stored; its bytes may be on loan in `outcome`, which its tags
/// lie in too. nullopt if it can't be decompressed.
std::optional<Payload> payloadOf(const StoredEntry& entry, Outcome outcome, std::uint64_t max_payload);

}  // namespace larder

#endif
