// SPDX-License-Identifier: Apache-2.0
#include "cache/engine.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "entry/compression.hpp"

namespace larder {

namespace {

double chance() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Where the value goes.
const Key& keyOf(const Caller& caller) {
  return caller.elsewhere ? caller.elsewhere->key : caller.request.key;
}

}  // namespace

void Cache::Engine::store(const std::vector<Storable>& values) {
  std::vector<Operation> sets;
  sets.reserve(values.size());
  for (const auto& value : values) {
    sets.push_back(setOf(value));
    if (value.caller->elsewhere) sets.push_back(signOf(*value.caller));
  }
  guarded_.start(sets, [this, values](std::span<Outcome> outcomes) {
    auto outcome = outcomes.begin();
    for (const auto& value : values) {
      const bool with_sign = value.caller->elsewhere.has_value();
      const auto& last = outcome[with_sign ? 1 : 0];
      stored(value, outcome->status == Status::ok ? last : *outcome);
      outcome += with_sign ? 2 : 1;
    }
  });
}

Operation Cache::Engine::setOf(const Storable& value) {
  const auto& request = value.caller->request;
  const auto fresh = lifetimeOf(request);
  const auto kept = fresh + std::max(request.renewal.staleWhileRevalidate, request.renewal.staleIfError);
  return {.code = OpCode::set,
          .nameSpace = value.caller->nameSpace,
          .key = keyOf(*value.caller).stored(),
          .ttl = std::min<std::chrono::milliseconds>(kept, std::chrono::milliseconds(LARDER_TTL_MAX_MS)),
          .donation = std::make_shared<const std::string>(entryOf(value, fresh, kept))};
}

Operation Cache::Engine::signOf(const Caller& caller) const {
  const auto& [key, sign, expire] = *caller.elsewhere;
  const auto now = backend_->clock().realtime();
  return {.code = OpCode::set,
          .nameSpace = caller.nameSpace,
          .key = caller.request.key.stored(),
          .ttl = expire,
          .donation = std::make_shared<const std::string>(encodeEntry({.created = now,
                                                                       .freshUntil = now + expire,
                                                                       .staleUntil = now + expire,
                                                                       .tags = caller.stamps,
                                                                       .payload = sign},
                                                                      caller.request.key))};
}

std::string Cache::Engine::entryOf(const Storable& value, std::chrono::milliseconds fresh,
                                   std::chrono::milliseconds kept) {
  const auto& [caller, payload] = value;
  const auto now = backend_->clock().realtime();
  Entry entry{.created = now,
              .freshUntil = now + fresh,
              .staleUntil = now + kept,
              .tags = caller->stamps,
              .payload = *payload};
  const auto from = caller->request.compressFrom.value_or(options_.compressFrom);
  const auto packed = from > 0 && payload->size() >= from ? compress(*payload) : std::nullopt;
  if (packed) {
    entry.payload = *packed;
    entry.plainSize = payload->size();
    ++compressed_;
    bytesSaved_ += payload->size() - packed->size();
  }
  return encodeEntry(entry, keyOf(*caller));
}

void Cache::Engine::stored(const Storable& value, const Outcome& outcome) {
  const auto& [caller, payload] = value;
  const bool current = flights_.endStore(*caller->flight);
  if (outcome.status != Status::ok) {
    const bool too_large = outcome.status == Status::tooLarge;
    ++(too_large ? tooLarge_ : writeFailures_);
    return land(caller, payload, too_large ? Storing::tooLarge : Storing::backendFailed);
  }
  ++stores_;
  if (current) return land(caller, payload, Storing::stored);
  takeBack(caller, payload);
}

std::chrono::milliseconds Cache::Engine::lifetimeOf(const CacheRequest& request) const {
  if (request.renewal.jitter <= 0) return request.expire;
  const double part = request.renewal.jitter * (options_.random ? options_.random() : chance());
  const auto shorter = std::chrono::duration<double, std::milli>(request.expire) * (1 - part);
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(shorter),
                  std::chrono::milliseconds(1));
}

void Cache::Engine::takeBack(const CallerPtr& caller, const PayloadPtr& payload) {
  const Operation erase{
      .code = OpCode::erase, .nameSpace = caller->nameSpace, .key = caller->request.key.stored()};
  guarded_.start(std::span(&erase, 1), [this, caller, payload](std::span<Outcome> outcomes) {
    if (failed(outcomes[0].status)) {
      ++invalidationFailures_;
      invalidating_.add({StaleScope::Kind::entry, caller->nameSpace, caller->request.key.stored()});
    }
    land(caller, payload, Storing::notCacheable);
  });
}

}  // namespace larder
