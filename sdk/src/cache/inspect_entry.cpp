// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
#include <utility>

#include "cache/lookup.hpp"

namespace larder {
namespace {

using Finding = Inspection::Finding;

// Returns why the look-up failed; nullopt if it succeeded.
std::optional<std::string> faultIn(std::span<const Outcome> outcomes) {
  for (const auto& outcome : outcomes)
    if (failed(outcome.status))
      return outcome.error.empty() ? std::string(toString(outcome.status)) : outcome.error;
  return std::nullopt;
}

template <class Tags>
bool names(const Tags& stamps, std::string_view tag) {
  return std::any_of(stamps.begin(), stamps.end(), [&](const auto& each) { return each.tag == tag; });
}

// Returns the entry's tags whose stamps have changed, and the request's tags that the entry lacks.
std::vector<std::string> outdated(const StoredTags& entry, const std::vector<TagStamp>& now) {
  std::vector<std::string> tags;
  for (const auto own : entry)
    if (std::none_of(now.begin(), now.end(), [&](const TagStamp& each) { return isCurrent(own, each); }))
      tags.emplace_back(own.tag);
  for (const auto& each : now)
    if (!names(entry, each.tag)) tags.push_back(each.tag);
  return tags;
}

// Performs the given operations and the reads of the stamps of `tags` together.
std::vector<Outcome> perform(GuardedBackend& backend, const TagStamps& stamps,
                             std::vector<Operation> operations, std::span<const std::string> tags) {
  const auto before = operations.size();
  std::vector<TagKey> keys(tags.size());
  operations.resize(before + tags.size());
  stamps.putReads(std::span(operations).subspan(before), keys, tags);
  std::vector<Outcome> outcomes(operations.size());
  backend.perform(operations, outcomes);
  return outcomes;
}

// Appends the current stamps of the entry's added tags. Returns the error if that failed.
std::optional<std::string> readAdded(GuardedBackend& backend, const TagStamps& tags, const StoredEntry& entry,
                                     std::vector<TagStamp>& stamps) {
  std::vector<std::string> added;
  for (auto& each : addedTags(entry.tags, stamps.size())) added.push_back(std::move(each.tag));
  const auto outcomes = perform(backend, tags, {}, added);
  if (auto fault = faultIn(outcomes)) return fault;
  for (std::size_t i = 0; i < added.size(); ++i)
    stamps.push_back({added[i], TagStamps::decode(outcomes[i]).value_or(0)});
  return std::nullopt;
}

Inspection inspectionOf(const Examined& examined, const std::vector<TagStamp>& stamps, Outcome outcome,
                        std::uint64_t max_payload) {
  Inspection inspection{.finding = examined.finding, .bytes = outcome.value.view().size()};
  if (!examined.entry) return inspection;
  const auto& entry = *examined.entry;
  for (const auto own : entry.tags) inspection.tags.emplace_back(own.tag);
  inspection.outdatedTags = outdated(entry.tags, stamps);
  const auto payload = payloadOf(entry, std::move(outcome), max_payload);
  if (!payload) return {.finding = Finding::unreadable, .bytes = inspection.bytes};
  inspection.age = examined.age();
  inspection.ttl = examined.ttl();
  inspection.kept = entry.staleUntil - examined.now;
  inspection.payload = payload->bytes();
  return inspection;
}

Inspection inspectEntry(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
                        std::string_view name_space, const CacheRequest& request) {
  auto outcomes =
      perform(backend, tags, {{.code = OpCode::get, .nameSpace = name_space, .key = request.key.stored()}},
              request.tags);
  if (auto fault = faultIn(outcomes)) return {.finding = Finding::backendFailed, .error = *std::move(fault)};

  const TagReads now{request.tags, std::span(outcomes).subspan(1)};
  auto stamps = now.stamps();
  auto examined = examine(backend, request.key, now, outcomes[0]);
  if (examined.entry && examined.entry->tags.size() > stamps.size()) {
    if (auto fault = readAdded(backend, tags, *examined.entry, stamps))
      return {.finding = Finding::backendFailed, .error = *std::move(fault)};
    if (examined.servable() && !outdated(examined.entry->tags, stamps).empty())
      examined.finding = Finding::outdated;
  }
  return inspectionOf(examined, stamps, std::move(outcomes[0]), max_payload);
}

}  // namespace

Inspection Lookup::inspect(std::string_view name_space, const CacheRequest& request) {
  const bool covered = invalidating_.covers(name_space, request.key.stored(), request.tags);
  auto inspection = covered ? Inspection{.finding = Inspection::Finding::invalidating}
                            : inspectEntry(backend_, tags_, maxPayload_, name_space, request);
  inspection.nameSpace = name_space;
  inspection.key = request.key.stored();
  return inspection;
}

}  // namespace larder
