// SPDX-License-Identifier: Apache-2.0
#include "lookup.hpp"

#include <algorithm>

namespace larder {
namespace {

// The entry's stamps are the tags' current ones. A tag without a stamp makes a miss: it was lost or never
// was.
bool current(const std::vector<TagStamp>& entry, const std::vector<TagStamp>& now) {
  return std::equal(entry.begin(), entry.end(), now.begin(), now.end(),
                    [](const TagStamp& a, const TagStamp& b) {
                      return a.tag == b.tag && a.stamp == b.stamp && a.stamp != 0;
                    });
}

std::optional<CacheResult> judge(const GuardedBackend& backend, const Key& key,
                                 const std::vector<TagStamp>& stamps, Outcome outcome) {
  if (outcome.status != Status::ok) return std::nullopt;
  const bool crossed_network = !backend.isInline();
  const auto entry = decodeEntry(outcome.value.view(), key, crossed_network);
  if (!entry || !current(entry->tags, stamps)) return std::nullopt;

  const auto now = backend.clock().realtime();
  if (now >= entry->staleUntil) return std::nullopt;

  CacheResult hit;
  hit.source = now < entry->freshUntil ? CacheResult::Source::hit : CacheResult::Source::stale;
  hit.age =
      std::max(now - entry->created, std::chrono::milliseconds(0));  // another host's clock may be ahead
  hit.ttl = entry->freshUntil - now;
  hit.payload = Payload(std::move(outcome.value), entry->payload);
  return hit;
}

}  // namespace

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
