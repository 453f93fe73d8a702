// SPDX-License-Identifier: Apache-2.0
#include "cache/flights.hpp"

#include <atomic>
#include <utility>

namespace larder {

bool Flights::isDue(const CacheResult& hit, double eager_refresh) {
  return eager_refresh > 0 && hit.age >= (hit.age + hit.ttl) * eager_refresh;
}

std::optional<CacheResult> Flights::servable(const Caller& caller, Found& found) {
  const auto& renewal = caller.request.renewal;
  if (found.hit) {
    if (isDue(*found.hit, renewal.eagerRefresh)) renew(caller, found.stamps, found.version, *found.hit);
    return std::move(found.hit);
  }
  if (!found.stale || !renewalOf(caller.request, *found.stale).servesWhileRenewing(-found.stale->ttl))
    return std::nullopt;
  if (renew(caller, found.stamps, found.version, *found.stale) == Renewing::notPossible) return std::nullopt;
  return std::move(found.stale);
}

Flights::Renewing Flights::renew(const Caller& caller, const std::vector<TagStamp>& stamps,
                                 std::uint64_t version, const CacheResult& former, Cache::Done then) {
  if (flights_.isRenewing(caller)) return Renewing::inFlight;  // checked before the request is copied
  if (!renewals_.begin()) return Renewing::notPossible;
  auto renewed = [this, then = std::move(then)](CacheResult result) {
    if (result.error != nullptr) events_.add(Event::refreshFailure);
    if (then) then(std::move(result));
    renewals_.end();
  };
  const auto renewer = newCaller(caller.request, caller.nameSpace, background_, std::move(renewed));
  renewer->request.nameSpace = {};  // a view into a caller that may be gone by then
  renewer->stamps = stamps;
  renewer->former = formerFor(caller.request, former);
  renewer->version = version;
  renewer->renews = true;
  renewer->flight = flights_.renew(renewer);
  if (renewer->flight == nullptr) {
    renewals_.end();
    return Renewing::inFlight;
  }
  events_.add(Event::refresh);
  begin(renewer);
  return Renewing::begun;
}

void Flights::awaitRenewal(const CallerPtr& caller) {
  struct Wait {
    std::atomic<bool> over{false};
    Timers::Handle patience;
  };
  const auto wait = std::make_shared<Wait>();
  const auto stop_waiting = [this, caller, wait] {
    if (!wait->over.exchange(true)) landStale(caller, Source::stale);
  };
  mark(*caller);
  wait->patience = armAfter(caller->request.renewal.softTimeout, stop_waiting);
  const auto begun = renew(*caller, caller->stamps, caller->version, *caller->stale,
                           [this, caller, wait](CacheResult result) {
                             if (wait->over.exchange(true)) return;
                             wait->patience.cancel();
                             landRenewed(caller, std::move(result));
                           });
  if (begun == Renewing::begun) return;
  if (wait->over.exchange(true)) return;
  wait->patience.cancel();
  if (begun == Renewing::notPossible) return begin(caller);
  landStale(caller, Source::stale);
}

void Flights::landRenewed(const CallerPtr& caller, CacheResult result) {
  if (result.source == Source::failed) return fail(caller, result.error);
  const auto payload = std::make_shared<const std::string>(result.payload.bytes());
  const auto landed = flights_.land(*caller->flight, caller->began);
  for (const auto& follower : landed.served) {
    if (result.storing == Storing::notCacheable || result.redirected) {  // may be for this caller only
      leadAlone(follower);
      continue;
    }
    events_.add(Event::shared);
    answer(*follower, Source::shared, payload, result.storing);
  }
  caller->done(std::move(result));
  goOn(landed);
}

void Flights::giveUpRenewal(const CallerPtr& renewer) {
  flights_.landAll(*renewer->flight);
  renewer->done(CacheResult{});
}

}  // namespace larder
