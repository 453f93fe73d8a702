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
#include <string_view>
#include <vector>

#include "guard/guarded_backend.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

/// An entry returned by a look-up, and whether it may be served.
struct Examined {
  Inspection::Finding finding = Inspection::Finding::absent;
  std::optional<StoredEntry> entry{};  ///< borrows from the outcome
  std::chrono::milliseconds now{0};
  std::string_view outdatedBy{};  ///< one of the request's tags; set if its stamp made the entry outdated

  bool servable() const {
    return finding == Inspection::Finding::fresh || finding == Inspection::Finding::stale;
  }
  // Valid only if an entry was read. Clamped at 0 because the clock of the host that stored it may be ahead.
  std::chrono::milliseconds age() const {
    return std::max(now - entry->created, std::chrono::milliseconds(0));
  }
  std::chrono::milliseconds ttl() const { return entry->freshUntil - now; }
};

/// A request's tags and the outcomes of reading their stamps, in the same order.
struct TagReads {
  std::span<const std::string> tags;
  std::span<const Outcome> outcomes;

  /// Returns true if any read failed; nothing is then known about the stamps.
  bool anyFailed() const;
  /// Returns the stamps; 0 for a tag that has none.
  std::vector<TagStamp> stamps() const;
};

/// Decides whether an entry may be served.
Examined examine(const GuardedBackend& backend, const Key& key, const TagReads& now, const Outcome& outcome);

/// Returns the entry's tags beyond those of the request.
std::vector<TagStamp> addedTags(const StoredTags& entry, std::size_t of_request);

/// Returns the entry's original payload. Its bytes may be on loan from `outcome`, which also holds the
/// entry's tags. Returns nullopt if the payload cannot be decompressed.
std::optional<Payload> payloadOf(const StoredEntry& entry, Outcome&& outcome, std::uint64_t max_payload);

}  // namespace larder

#endif
