// SPDX-License-Identifier: Apache-2.0
#include "cache/examined.hpp"

#include <iterator>
#include <utility>

#include "entry/compression.hpp"
#include "entry/lease.hpp"

namespace larder {
namespace {

using Finding = Inspection::Finding;

// Returns true if the entry's leading stamps are the current stamps of the request's tags. A tag without a
// stamp, whether lost or never created, makes the entry outdated. `outdated_by` becomes the first tag that
// the entry has with another stamp.
bool current(const StoredTags& entry, const TagReads& now, std::string_view& outdated_by) {
  if (entry.size() < now.tags.size()) return false;
  auto of_entry = entry.begin();
  for (std::size_t i = 0; i < now.tags.size(); ++i, ++of_entry) {
    const auto own = *of_entry;
    if (isCurrent(own, {now.tags[i], TagStamps::decode(now.outcomes[i]).value_or(0)})) continue;
    if (own.tag == now.tags[i]) outdated_by = now.tags[i];
    return false;
  }
  return true;
}

}  // namespace

bool TagReads::anyFailed() const {
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& outcome) { return !TagStamps::decode(outcome); });
}

std::vector<TagStamp> TagReads::stamps() const {
  std::vector<TagStamp> stamps;
  stamps.reserve(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i)
    stamps.push_back({tags[i], TagStamps::decode(outcomes[i]).value_or(0)});
  return stamps;
}

Examined examine(const GuardedBackend& backend, const Key& key, const TagReads& now, const Outcome& outcome) {
  if (outcome.status != Status::ok || outcome.value.view() == kLease) return {};
  const bool crossed_network = !backend.isInline();
  Examined examined{.finding = Finding::unreadable,
                    .entry = decodeEntry(outcome.value.view(), key, crossed_network)};
  const auto& entry = examined.entry;
  if (!entry) return examined;
  examined.now = backend.clock().realtime();
  if (!current(entry->tags, now, examined.outdatedBy))
    examined.finding = Finding::outdated;
  else if (examined.now >= entry->staleUntil)
    examined.finding = Finding::expired;
  else
    examined.finding = examined.now < entry->freshUntil ? Finding::fresh : Finding::stale;
  return examined;
}

std::vector<TagStamp> addedTags(const StoredTags& entry, std::size_t of_request) {
  std::vector<TagStamp> added;
  if (entry.size() <= of_request) return added;
  for (auto each = std::next(entry.begin(), static_cast<std::ptrdiff_t>(of_request)); each != entry.end();
       ++each)
    added.push_back({std::string((*each).tag), (*each).stamp});
  return added;
}

std::optional<Payload> payloadOf(const StoredEntry& entry, Outcome&& outcome, std::uint64_t max_payload) {
  if (!entry.plainSize) return Payload(std::move(outcome.value), entry.payload);
  auto plain = decompress(entry.payload, *entry.plainSize, max_payload);
  return plain != nullptr ? std::optional(Payload(std::move(plain))) : std::nullopt;
}

}  // namespace larder
