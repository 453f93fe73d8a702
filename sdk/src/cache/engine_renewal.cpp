// SPDX-License-Identifier: Apache-2.0
#include "cache/engine.hpp"

#include <atomic>
#include <utility>

namespace larder {

bool Cache::Engine::isDue(const CacheResult& hit, double eager_refresh) {
  return eager_refresh > 0 && hit.age >= (hit.age + hit.ttl) * eager_refresh;
}

std::optional<CacheResult> Cache::Engine::servable(const Caller& caller, Found& found) {
  const auto& renewal = caller.request.renewal;
  if (found.hit) {
    if (isDue(*found.hit, renewal.eagerRefresh)) renew(caller, found.stamps);
    return std::move(found.hit);
  }
  if (!found.stale || !renewal.servesWhileRenewing(-found.stale->ttl)) return std::nullopt;
  if (renew(caller, found.stamps) == Renewing::notPossible) return std::nullopt;
  return std::move(found.stale);
}

Cache::Engine::Renewing Cache::Engine::renew(const Caller& caller, const std::vector<TagStamp>& stamps,
                                             Done then) {
  auto name = flightOf(caller);
  name.renewal = true;
  if (!renewals_.begin()) return Renewing::notPossible;
  auto flight = flights_.renew(name);
  if (flight == nullptr) {
    renewals_.end();
    return Renewing::underWay;
  }
  const auto renewed = [this, then = std::move(then)](CacheResult result) {
    if (result.error != nullptr) ++refreshFailures_;
    if (then) then(std::move(result));
    renewals_.end();
  };
  const CallerPtr renewer(
      new Caller{caller.request, caller.nameSpace, background_, renewed, std::move(flight), stamps});
  renewer->request.nameSpace = {};  // belongs to somebody who may be gone by then
  ++refreshes_;
  begin(renewer);
  return Renewing::begun;
}

void Cache::Engine::awaitRenewal(const CallerPtr& caller) {
  const auto answered = std::make_shared<std::atomic<bool>>(false);
  const auto stop_waiting = [this, caller, answered] {
    if (!answered->exchange(true)) landStale(caller, Source::stale);
  };
  // The timer first: once the caller is answered his executor may be gone.
  caller->executor.postAfter(caller->request.renewal.softTimeout, stop_waiting);
  const auto begun = renew(*caller, caller->stamps, [this, caller, answered](CacheResult result) {
    if (!answered->exchange(true)) landRenewed(caller, std::move(result));
  });
  if (begun == Renewing::underWay) stop_waiting();
  if (begun == Renewing::notPossible && !answered->exchange(true)) begin(caller);
}

void Cache::Engine::landRenewed(const CallerPtr& caller, CacheResult result) {
  if (result.source == Source::failed) return fail(caller, result.error);
  const auto payload = std::make_shared<const std::string>(result.payload.bytes());
  for (const auto& follower : flights_.land(*caller->flight)) {
    if (result.storing == Storing::notCacheable || result.elsewhere) {  // perhaps for this caller alone
      leadAlone(follower);
      continue;
    }
    ++shared_;
    answer(*follower, Source::shared, payload, result.storing);
  }
  caller->done(std::move(result));
}

void Cache::Engine::giveUpRenewal(const CallerPtr& renewer) {
  flights_.land(*renewer->flight);
  renewer->done(CacheResult{});
}

}  // namespace larder
