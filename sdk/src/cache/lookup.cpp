// SPDX-License-Identifier: Apache-2.0
#include "cache/lookup.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <semaphore>
#include <utility>

#include "entry/lease.hpp"

namespace larder {
namespace {

using Finding = Inspection::Finding;

std::optional<CacheResult> judge(const GuardedBackend& backend, std::uint64_t max_payload, const Key& key,
                                 const TagReads& now, Outcome&& outcome, Found& found) {
  std::optional<CacheResult> hit;
  const auto judged = examine(backend, key, now, outcome);
  if (!judged.outdatedBy.empty()) found.outdatedBy = judged.outdatedBy;
  if (!judged.servable()) return hit;
  auto of_entry = addedTags(judged.entry->tags, now.tags.size());
  auto payload = payloadOf(*judged.entry, std::move(outcome), max_payload);
  if (!payload) return hit;
  hit.emplace();
  hit->source = judged.finding == Finding::fresh ? CacheResult::Source::hit : CacheResult::Source::stale;
  hit->age = judged.age();
  hit->ttl = judged.ttl();
  hit->payload = *std::move(payload);
  found.addedTags = std::move(of_entry);
  return hit;
}

Found nothingFound(std::span<const std::string> tags) {
  Found nothing;
  nothing.backendFailed = true;
  for (const auto& tag : tags) nothing.stamps.push_back({tag, 0});
  return nothing;
}

std::vector<std::string> namesOf(const std::vector<TagStamp>& stamps) {
  std::vector<std::string> names;
  for (const auto& each : stamps) names.push_back(each.tag);
  return names;
}

// Passes `use` buffers for the operations of an entry and its tags, on the stack if there are few tags.
template <std::size_t tags, class Use>
void onStack(Use& use) {
  std::array<Operation, 1 + tags> operations;
  std::array<Outcome, 1 + tags> outcomes;
  std::array<TagKey, tags> keys;
  use(std::span<Operation>(operations), std::span<Outcome>(outcomes), std::span<TagKey>(keys));
}

template <class Use>
void withRoomFor(std::size_t tags, Use use) {
  switch (tags) {
    case 0: return onStack<0>(use);
    case 1: return onStack<1>(use);
    case 2: return onStack<2>(use);
    case 3: return onStack<3>(use);
    default: break;
  }
  std::vector<Operation> operations(1 + tags);
  std::vector<Outcome> outcomes(1 + tags);
  std::vector<TagKey> keys(tags);
  use(std::span(operations), std::span(outcomes), std::span(keys));
}

}  // namespace

std::optional<CacheResult> Lookup::findLocally(std::string_view name_space, const Key& key,
                                               std::span<const std::string> tags) {
  if (!backend_.isInline() && !backend_.keepsCopies()) return std::nullopt;
  if (invalidating_.covers(name_space, key.stored(), tags)) return std::nullopt;
  Found found;
  withRoomFor(tags.size(),
              [&](std::span<Operation> operations, std::span<Outcome> outcomes, std::span<TagKey> keys) {
                operations[0] = {.code = OpCode::get, .nameSpace = name_space, .key = key.stored()};
                tags_.putReads(operations.subspan(1), keys, tags);
                if (!backend_.performLocally(operations, outcomes)) return;
                const TagReads now{tags, outcomes.subspan(1)};
                found.backendFailed = failed(outcomes[0].status) || now.anyFailed();
                if (found.backendFailed) return;
                found.hit = judge(backend_, maxPayload_, key, now, std::move(outcomes[0]), found);
                if (found.hit && found.hit->source != CacheResult::Source::hit) found.hit.reset();
              });
  if (found.backendFailed) events_.add(Event::readFailure);
  if (!found.hit || found.addedTags.empty()) return std::move(found.hit);
  if (!backend_.isInline()) return std::nullopt;  // its added tags may cost a round trip
  std::binary_semaphore compared(0);
  std::optional<CacheResult> hit;
  checkAddedTags(std::move(found), [&compared, &hit](Found result) {
    hit = std::move(result.hit);
    compared.release();
  });
  compared.acquire();  // returns at once unless a backend with I/O is replacing this one right now
  return hit;
}

void Lookup::find(std::string_view name_space, const CacheRequest& request, Then then) {
  if (invalidating_.covers(name_space, request.key.stored(), request.tags))
    return then(nothingFound(request.tags));
  auto judged = [this, &request, then = std::move(then)](std::span<Outcome> outcomes) {
    const TagReads now{request.tags, outcomes.subspan(1)};
    const bool known = !now.anyFailed();
    auto found = known ? foundIn(request.key, now, std::move(outcomes[0]), request.accepts)
                       : nothingFound(request.tags);
    if (found.backendFailed) events_.add(Event::readFailure);
    if (found.addedTags.empty()) return then(std::move(found));
    checkAddedTags(std::move(found), then);
  };
  withRoomFor(request.tags.size(),
              [&](std::span<Operation> operations, std::span<Outcome>, std::span<TagKey> keys) {
                operations[0] = {.code = OpCode::get, .nameSpace = name_space, .key = request.key.stored()};
                tags_.putReads(operations.subspan(1), keys, request.tags);
                backend_.start(operations, std::move(judged));
              });
}

Found Lookup::foundIn(const Key& key, const TagReads& now, Outcome&& outcome, Accepts accepts) {
  Found found;
  found.backendFailed = failed(outcome.status);
  // A local copy of a lease may hide an entry in the shared store.
  const bool hides = backend_.keepsCopies() && outcome.value.view() == kLease;
  if (outcome.status == Status::ok && !hides) found.version = outcome.version;
  auto judged = judge(backend_, maxPayload_, key, now, std::move(outcome), found);
  if (judged && accepts != nullptr && !accepts(judged->payload.bytes())) {
    judged.reset();
    found.addedTags.clear();
  }
  found.stamps = now.stamps();
  const bool fresh = judged && judged->source == CacheResult::Source::hit;
  (fresh ? found.hit : found.stale) = std::move(judged);
  return found;
}

void Lookup::findAll(std::string_view name_space, std::span<const Key* const> keys,
                     const std::vector<std::string>& tags, ThenAll then) {
  struct Asked {
    std::vector<Found> founds;
    std::vector<std::size_t> indices;
    std::vector<const Key*> keys;
  };
  const auto asked = std::make_shared<Asked>();
  asked->founds.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (invalidating_.covers(name_space, keys[i]->stored(), tags)) {
      asked->founds[i].backendFailed = true;
      continue;
    }
    asked->indices.push_back(i);
    asked->keys.push_back(keys[i]);
  }
  if (asked->keys.empty()) return then(std::move(asked->founds));

  findUncovered(name_space, asked->keys, tags, [this, asked, then = std::move(then)](auto founds) {
    for (std::size_t i = 0; i < founds.size(); ++i) {
      if (founds[i].backendFailed) events_.add(Event::readFailure);
      if (!founds[i].addedTags.empty()) {  // a batch adds no tags, and compares none
        founds[i].hit.reset();
        founds[i].stale.reset();
      }
      asked->founds[asked->indices[i]] = std::move(founds[i]);
    }
    then(std::move(asked->founds));
  });
}

void Lookup::findUncovered(std::string_view name_space, std::span<const Key* const> keys,
                           const std::vector<std::string>& tags, ThenAll then) {
  std::vector<Operation> operations;
  operations.reserve(keys.size() + tags.size());
  for (const auto* key : keys)
    operations.push_back({.code = OpCode::get, .nameSpace = name_space, .key = key->stored()});
  std::vector<TagKey> tag_keys(tags.size());
  operations.resize(keys.size() + tags.size());
  tags_.putReads(std::span(operations).subspan(keys.size()), tag_keys, tags);
  backend_.start(operations, [this, keys, &tags, then = std::move(then)](std::span<Outcome> outcomes) {
    const TagReads now{tags, outcomes.subspan(keys.size())};
    std::vector<Found> founds;
    founds.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
      founds.push_back(now.anyFailed() ? nothingFound(tags) : foundIn(*keys[i], now, std::move(outcomes[i])));
    then(std::move(founds));
  });
}

// Checks tags that the request did not name. Drops the found value if one of them is stale.
void Lookup::checkAddedTags(Found found, Then then) {
  struct Check {
    Found found;
    std::vector<TagStamp> now;
  };
  const auto check = std::make_shared<Check>(Check{std::move(found), {}});
  check->now = check->found.addedTags;
  const auto drop = [check] {
    check->found.hit.reset();
    check->found.stale.reset();
  };
  if (invalidating_.covers({}, {}, namesOf(check->now))) {
    drop();
    return then(std::move(check->found));
  }
  tags_.read(check->now, TagStamps::From::anywhere,
             [this, check, drop, then = std::move(then)](bool complete) {
               if (!complete) events_.add(Event::readFailure);
               const auto& remembered = check->found.addedTags;
               const auto outdated =
                   std::mismatch(remembered.begin(), remembered.end(), check->now.begin(), isCurrent).first;
               if (complete && outdated != remembered.end()) check->found.outdatedBy = outdated->tag;
               if (!complete || outdated != remembered.end()) drop();
               then(std::move(check->found));
             });
}

}  // namespace larder
