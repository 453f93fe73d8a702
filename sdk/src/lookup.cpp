// SPDX-License-Identifier: Apache-2.0
#include "lookup.hpp"

#include <algorithm>

namespace larder {
namespace {

// The entry's stamps are the tags' current ones. A tag without a stamp makes a miss: it was lost or never
// was.
bool current(const std::vector<TagStamp>& entry, const std::vector<TagStamp>& now) {
  return std::equal(entry.begin(), entry.end(), now.begin(), now.end(), isCurrent);
}

std::optional<CacheResult> judge(const GuardedBackend& backend, const Key& key,
                                 const std::vector<TagStamp>& stamps, Outcome outcome) {
  const auto judged = examine(backend, key, stamps, outcome);
  if (!judged.servable()) return std::nullopt;
  CacheResult hit;
  hit.source =
      judged.finding == Inspection::Finding::fresh ? CacheResult::Source::hit : CacheResult::Source::stale;
  hit.age = judged.age();
  hit.ttl = judged.ttl();
  hit.payload = Payload(std::move(outcome.value), judged.entry->payload);
  return hit;
}

}  // namespace

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

void lookUp(GuardedBackend& backend, const TagStamps& tags, const std::string& name_space,
            const CacheRequest& request, std::function<void(Found)> done) {
  std::vector<Key> keys;
  keys.reserve(request.tags.size());  // operations point into it
  std::vector<Operation> operations{
      {.code = OpCode::get, .nameSpace = name_space, .key = request.key.stored()}};
  for (const auto& tag : request.tags) {
    const auto& key = keys.emplace_back(TagStamps::keyOf(tag));
    operations.push_back({.code = OpCode::get, .nameSpace = tags.nameSpace(), .key = key.stored()});
  }
  backend.start(operations, [&backend, &request, done = std::move(done)](std::span<Outcome> outcomes) {
    Found found;
    found.backendFailed = failed(outcomes[0].status);
    for (std::size_t i = 0; i < request.tags.size(); ++i) {
      const auto stamp = TagStamps::decode(outcomes[i + 1]);
      found.backendFailed = found.backendFailed || !stamp;
      found.stamps.push_back({request.tags[i], stamp.value_or(0)});
    }
    auto judged = judge(backend, request.key, found.stamps, std::move(outcomes[0]));
    const bool fresh = judged && judged->source == CacheResult::Source::hit;
    (fresh ? found.hit : found.stale) = std::move(judged);
    done(std::move(found));
  });
}

}  // namespace larder
