// SPDX-License-Identifier: Apache-2.0
#include "engine.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace larder {

namespace {

double chance() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

void Cache::Engine::store(const CallerPtr& caller, const PayloadPtr& payload) {
  const auto now = backend_->clock().realtime();
  const auto& renewal = caller->request.renewal;
  const auto fresh = lifetimeOf(caller->request);
  const auto kept = fresh + std::max(renewal.staleWhileRevalidate, renewal.staleIfError);
  const Operation set{
      .code = OpCode::set,
      .nameSpace = caller->nameSpace,
      .key = caller->request.key.stored(),
      .ttl = std::min<std::chrono::milliseconds>(kept, std::chrono::milliseconds(LARDER_TTL_MAX_MS)),
      .donation = std::make_shared<const std::string>(encodeEntry({.created = now,
                                                                   .freshUntil = now + fresh,
                                                                   .staleUntil = now + kept,
                                                                   .tags = caller->stamps,
                                                                   .payload = *payload},
                                                                  caller->request.key))};
  guarded_.start(std::span(&set, 1), [this, caller, payload](std::span<Outcome> outcomes) {
    const bool current = flights_.endStore(*caller->flight);
    if (outcomes[0].status != Status::ok) {
      ++(outcomes[0].status == Status::tooLarge ? tooLarge_ : writeFailures_);
      return land(caller, payload,
                  outcomes[0].status == Status::tooLarge ? Storing::tooLarge : Storing::backendFailed);
    }
    ++stores_;
    if (current) return land(caller, payload, Storing::stored);
    takeBack(caller, payload);
  });
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
