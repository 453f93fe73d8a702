// SPDX-License-Identifier: Apache-2.0
#include "lookup.hpp"

#include <algorithm>
#include <utility>

#include "compression.hpp"

namespace larder {
namespace {

// The entry's first stamps are the current ones of the request's tags. A tag without a stamp makes a miss: it
// was lost or never was.
bool current(const std::vector<TagStamp>& entry, const std::vector<TagStamp>& now) {
  return entry.size() >= now.size() && std::equal(now.begin(), now.end(), entry.begin(), isCurrent);
}

// The entry's tags beyond the request's.
std::vector<TagStamp> addedTo(const std::vector<TagStamp>& stamps, const Entry& entry) {
  return {entry.tags.begin() + static_cast<std::ptrdiff_t>(stamps.size()), entry.tags.end()};
}

std::optional<CacheResult> judge(const GuardedBackend& backend, std::uint64_t max_payload, const Key& key,
                                 const std::vector<TagStamp>& stamps, Outcome outcome,
                                 std::vector<TagStamp>& added) {
  const auto judged = examine(backend, key, stamps, outcome);
  if (!judged.servable()) return std::nullopt;
  CacheResult hit;
  hit.source =
      judged.finding == Inspection::Finding::fresh ? CacheResult::Source::hit : CacheResult::Source::stale;
  hit.age = judged.age();
  hit.ttl = judged.ttl();
  auto payload = payloadOf(*judged.entry, std::move(outcome), max_payload);
  if (!payload) return std::nullopt;
  hit.payload = *std::move(payload);
  added = addedTo(stamps, *judged.entry);
  return hit;
}

// What the reads brought; nullopt if one failed.
std::optional<std::vector<TagStamp>> stampsOf(const std::vector<std::string>& names,
                                              std::span<const Outcome> outcomes) {
  std::vector<TagStamp> stamps;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto stamp = TagStamps::decode(outcomes[i]);
    if (!stamp) return std::nullopt;
    stamps.push_back({names[i], *stamp});
  }
  return stamps;
}

Found foundIn(const GuardedBackend& backend, std::uint64_t max_payload, const Key& key,
              std::vector<TagStamp> stamps, Outcome outcome) {
  Found found;
  found.backendFailed = failed(outcome.status);
  auto judged = judge(backend, max_payload, key, stamps, std::move(outcome), found.addedTags);
  found.stamps = std::move(stamps);
  const bool fresh = judged && judged->source == CacheResult::Source::hit;
  (fresh ? found.hit : found.stale) = std::move(judged);
  return found;
}

Found nothingFound(const std::vector<std::string>& tags) {
  Found found;
  found.backendFailed = true;
  for (const auto& tag : tags) found.stamps.push_back({tag, 0});
  return found;
}

Found foundFor(const GuardedBackend& backend, std::uint64_t max_payload, const CacheRequest& request,
               std::span<Outcome> outcomes) {
  auto stamps = stampsOf(request.tags, outcomes.subspan(1));
  if (!stamps) return nothingFound(request.tags);
  return foundIn(backend, max_payload, request.key, *std::move(stamps), std::move(outcomes[0]));
}

}  // namespace

std::optional<Payload> payloadOf(const Entry& entry, Outcome outcome, std::uint64_t max_payload) {
  if (!entry.plainSize) return Payload(std::move(outcome.value), entry.payload);
  auto plain = decompress(entry.payload, *entry.plainSize, max_payload);
  return plain != nullptr ? std::optional(Payload(std::move(plain))) : std::nullopt;
}

Examined examine(const GuardedBackend& backend, const Key& key, const std::vector<TagStamp>& stamps,
                 const Outcome& outcome) {
  using Finding = Inspection::Finding;
  if (outcome.status != Status::ok) return {};
  const bool crossed_network = !backend.isInline();
  Examined examined{.finding = Finding::unreadable,
                    .entry = decodeEntry(outcome.value.view(), key, crossed_network)};
  const auto& entry = examined.entry;
  if (!entry) return examined;
  examined.now = backend.clock().realtime();
  if (!current(entry->tags, stamps))
    examined.finding = Finding::outdated;
  else if (examined.now >= entry->staleUntil)
    examined.finding = Finding::expired;
  else
    examined.finding = examined.now < entry->freshUntil ? Finding::fresh : Finding::stale;
  return examined;
}

void lookUp(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
            const std::string& name_space, const CacheRequest& request, std::function<void(Found)> done) {
  std::vector<Operation> operations{
      {.code = OpCode::get, .nameSpace = name_space, .key = request.key.stored()}};
  const auto keys = tags.addReads(operations, request.tags);
  backend.start(operations,
                [&backend, max_payload, &request, done = std::move(done)](std::span<Outcome> outcomes) {
                  done(foundFor(backend, max_payload, request, outcomes));
                });
}

Found lookUpAndWait(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
                    const std::string& name_space, const CacheRequest& request) {
  std::vector<Operation> operations;
  operations.reserve(1 + request.tags.size());
  operations.push_back({.code = OpCode::get, .nameSpace = name_space, .key = request.key.stored()});
  const auto keys = tags.addReads(operations, request.tags);
  Found found;
  backend.performThen(operations, [&](std::span<Outcome> outcomes) {
    found = foundFor(backend, max_payload, request, outcomes);
  });
  return found;
}

void lookUpAll(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
               const std::string& name_space, std::span<const Key* const> keys,
               const std::vector<std::string>& tag_names, std::function<void(std::vector<Found>)> done) {
  std::vector<Operation> operations;
  operations.reserve(keys.size() + tag_names.size());
  for (const auto* key : keys)
    operations.push_back({.code = OpCode::get, .nameSpace = name_space, .key = key->stored()});
  const auto tag_keys = tags.addReads(operations, tag_names);
  backend.start(operations, [&backend, max_payload, keys, &tag_names,
                             done = std::move(done)](std::span<Outcome> outcomes) {
    const auto stamps = stampsOf(tag_names, outcomes.subspan(keys.size()));
    std::vector<Found> founds;
    founds.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
      founds.push_back(stamps ? foundIn(backend, max_payload, *keys[i], *stamps, std::move(outcomes[i]))
                              : nothingFound(tag_names));
    done(std::move(founds));
  });
}

}  // namespace larder
