// SPDX-License-Identifier: Apache-2.0
#include "cache/lookup.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "entry/compression.hpp"

namespace larder {
namespace {

using Finding = Inspection::Finding;

// The entry's first stamps are the current ones of the request's tags. A tag without a stamp makes a miss: it
// was lost or never was.
bool current(const StoredTags& entry, const TagReads& now) {
  if (entry.size() < now.tags.size()) return false;
  auto of_entry = entry.begin();
  for (std::size_t i = 0; i < now.tags.size(); ++i, ++of_entry)
    if (!isCurrent(*of_entry, {now.tags[i], TagStamps::decode(now.outcomes[i]).value_or(0)})) return false;
  return true;
}

// The entry's tags beyond the request's.
std::vector<TagStamp> addedTo(const TagReads& now, const StoredTags& entry) {
  std::vector<TagStamp> added;
  if (entry.size() == now.tags.size()) return added;
  for (auto each = std::next(entry.begin(), static_cast<std::ptrdiff_t>(now.tags.size()));
       each != entry.end(); ++each)
    added.push_back({std::string((*each).tag), (*each).stamp});
  return added;
}

std::optional<CacheResult> judge(const GuardedBackend& backend, std::uint64_t max_payload, const Key& key,
                                 const TagReads& now, Outcome outcome, std::vector<TagStamp>& added) {
  const auto judged = examine(backend, key, now, outcome);
  if (!judged.servable()) return std::nullopt;
  CacheResult hit;
  hit.source = judged.finding == Finding::fresh ? CacheResult::Source::hit : CacheResult::Source::stale;
  hit.age = judged.age();
  hit.ttl = judged.ttl();
  auto of_entry = addedTo(now, judged.entry->tags);
  auto payload = payloadOf(*judged.entry, std::move(outcome), max_payload);
  if (!payload) return std::nullopt;
  hit.payload = *std::move(payload);
  added = std::move(of_entry);
  return hit;
}

Found foundIn(const GuardedBackend& backend, std::uint64_t max_payload, const Key& key, const TagReads& now,
              Outcome outcome) {
  Found found;
  found.backendFailed = failed(outcome.status);
  auto judged = judge(backend, max_payload, key, now, std::move(outcome), found.addedTags);
  found.stamps = now.stamps();
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
  const TagReads now{request.tags, outcomes.subspan(1)};
  if (now.anyFailed()) return nothingFound(request.tags);
  return foundIn(backend, max_payload, request.key, now, std::move(outcomes[0]));
}

// Hands `look` room for an entry's operation and those of its tags.
template <std::size_t Most, class Look>
void onStack(std::size_t tags, Look& look) {
  std::array<Operation, 1 + Most> operations;
  std::array<Outcome, 1 + Most> outcomes;
  std::array<Key, Most> keys;
  look(std::span(operations).first(1 + tags), std::span(outcomes).first(1 + tags),
       std::span(keys).first(tags));
}

template <class Look>
void withRoomFor(std::size_t tags, Look look) {
  if (tags <= 1) return onStack<1>(tags, look);
  if (tags <= 3) return onStack<3>(tags, look);
  std::vector<Operation> operations(1 + tags);
  std::vector<Outcome> outcomes(1 + tags);
  std::vector<Key> keys(tags);
  look(std::span(operations), std::span(outcomes), std::span(keys));
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

std::optional<Payload> payloadOf(const StoredEntry& entry, Outcome outcome, std::uint64_t max_payload) {
  if (!entry.plainSize) return Payload(std::move(outcome.value), entry.payload);
  auto plain = decompress(entry.payload, *entry.plainSize, max_payload);
  return plain != nullptr ? std::optional(Payload(std::move(plain))) : std::nullopt;
}

Examined examine(const GuardedBackend& backend, const Key& key, const TagReads& now, const Outcome& outcome) {
  if (outcome.status != Status::ok) return {};
  const bool crossed_network = !backend.isInline();
  Examined examined{.finding = Finding::unreadable,
                    .entry = decodeEntry(outcome.value.view(), key, crossed_network)};
  const auto& entry = examined.entry;
  if (!entry) return examined;
  examined.now = backend.clock().realtime();
  if (!current(entry->tags, now))
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

FoundFresh findFresh(GuardedBackend& backend, const TagStamps& tags, std::uint64_t max_payload,
                     std::string_view name_space, const Key& key, std::span<const std::string> tag_names) {
  FoundFresh found;
  withRoomFor(tag_names.size(),
              [&](std::span<Operation> operations, std::span<Outcome> outcomes, std::span<Key> keys) {
                operations[0] = {.code = OpCode::get, .nameSpace = name_space, .key = key.stored()};
                tags.putReads(operations.subspan(1), keys, tag_names);
                backend.perform(operations, outcomes);
                const TagReads now{tag_names, outcomes.subspan(1)};
                found.backendFailed = failed(outcomes[0].status) || now.anyFailed();
                if (found.backendFailed) return;
                auto judged = judge(backend, max_payload, key, now, std::move(outcomes[0]), found.addedTags);
                if (judged && judged->source == CacheResult::Source::hit)
                  found.hit = std::move(judged);
                else
                  found.addedTags.clear();
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
    const TagReads now{tag_names, outcomes.subspan(keys.size())};
    std::vector<Found> founds;
    founds.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
      founds.push_back(now.anyFailed()
                           ? nothingFound(tag_names)
                           : foundIn(backend, max_payload, *keys[i], now, std::move(outcomes[i])));
    done(std::move(founds));
  });
}

}  // namespace larder
