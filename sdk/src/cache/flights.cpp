// SPDX-License-Identifier: Apache-2.0
#include "cache/flights.hpp"

#include <system_error>
#include <utility>

#include "backend/completion_thread.hpp"

namespace larder {

Flights::Flights(GuardedBackend& backend, Lookup& lookup, EntryWriter& writer, SingleFlight& flights,
                 Timers& timers, EventCounts& events, const CacheOptions& options)
    : backend_(backend),
      lookup_(lookup),
      writer_(writer),
      flights_(flights),
      timers_(timers),
      events_(events),
      options_(options),
      locks_(backend, options.prefix),
      background_("larder-renew", options.refreshThreads, options.maxRefreshes) {
  flights_.onExpiry([this](SingleFlight::Expired expired) { waitIsOver(std::move(expired)); });
}

CallerPtr Flights::newCaller(CacheRequest request, const FullName& name_space, Executor& executor,
                             Cache::Done done) {
  return std::allocate_shared<Caller>(BlockAllocator<Caller>(), std::move(request), name_space, executor,
                                      std::move(done));
}

void Flights::getOrCompute(CacheRequest request, const FullName& name_space, Executor& executor,
                           Cache::Done done) {
  enter(newCaller(std::move(request), name_space, executor, std::move(done)));
}

void Flights::enter(const CallerPtr& caller) {
  auto joined = flights_.join(caller);
  if (joined.flight == nullptr) return leadAlone(caller);
  if (!joined.leading) return events_.add(Event::flightWait);
  caller->flight = std::move(joined.flight);
  lead(caller);
}

void Flights::waitIsOver(SingleFlight::Expired expired) {
  events_.add(Event::flightTimeout, expired.waitingAgain + (expired.leader != nullptr ? 1 : 0));
  // Two computations of this key are already running.
  for (const auto& caller : expired.exhausted)
    answerError(*caller,
                std::make_exception_ptr(WaitedTooLong("two computations of this key take too long")));
  if (expired.leader == nullptr) return;
  expired.leader->flight = std::move(expired.flight);
  lead(expired.leader);
}

void Flights::leadAlone(const CallerPtr& caller) {
  caller->flight = flights_.alone(caller);
  lead(caller);
}

void Flights::goOn(const SingleFlight::Landed& landed) {
  if (landed.leader == nullptr) return;
  landed.leader->flight = landed.next;
  lead(landed.leader);
}

void Flights::mark(Caller& caller) {
  if (!backend_.isInline() && backend_.has(LARDER_CAP_SHARED)) caller.began = flights_.begin(*caller.flight);
}

void Flights::lead(const CallerPtr& caller) {
  mark(*caller);
  caller->looked = caller->began;
  lookup_.find(caller->nameSpace.view(), caller->request, [this, caller](Found found) {
    if (mustCompute(caller, std::move(found))) begin(caller);
  });
}

PayloadPtr Flights::formerFor(const CacheRequest& request, const CacheResult& value) {
  return request.recompute ? std::make_shared<const std::string>(value.payload.bytes()) : nullptr;
}

Renewal Flights::renewalOf(const CacheRequest& request, const CacheResult& value) {
  if (request.staleWindows == nullptr) return request.renewal;
  return request.staleWindows(value.payload.bytes()).over(request.renewal);
}

bool Flights::mustCompute(const CallerPtr& caller, Found found) {
  const bool ignores = caller->request.ignoreStored;
  if (ignores && found.hit) caller->former = formerFor(caller->request, *found.hit);
  if (auto value = ignores ? std::nullopt : servable(*caller, found)) {
    landHit(caller, *std::move(value));
    return false;
  }
  if (found.stale) caller->former = formerFor(caller->request, *found.stale);
  caller->stale = std::move(found.stale);
  caller->stamps = std::move(found.stamps);
  caller->version = found.version;
  caller->storable = !found.backendFailed;
  events_.add(Event::miss);
  if (!ignores && !found.outdatedBy.empty() && options_.onOutdated) options_.onOutdated(found.outdatedBy);
  if (ignores || caller->request.renewal.softTimeout.count() == 0 || !mayStandIn(*caller)) return true;
  awaitRenewal(caller);
  return false;
}

bool Flights::mayStandIn(const Caller& caller) {
  return caller.stale && renewalOf(caller.request, *caller.stale).servesInsteadOfAnError(-caller.stale->ttl);
}

bool Flights::landStale(const CallerPtr& caller, Source why) {
  if (!mayStandIn(*caller)) return false;
  caller->stale->source = why;
  caller->began = caller->looked;
  unlock(caller, [this, caller] { landHit(caller, *std::move(caller->stale)); });
  return true;
}

void Flights::land(const CallerPtr& caller, const PayloadPtr& payload, Storing storing) {
  if (caller->request.expire.count() == 0) return disband(caller, payload, storing);
  if (!caller->lock) return share(caller, payload, storing);
  unlock(caller, [this, caller, payload, storing] { share(caller, payload, storing); });
}

void Flights::share(const CallerPtr& caller, const PayloadPtr& payload, Storing storing) {
  const auto landed = flights_.land(*caller->flight, caller->began);
  if (const auto& followers = landed.served; !followers.empty()) {
    const auto others =
        caller->redirect ? std::make_shared<const std::string>(caller->redirect->pointer) : payload;
    events_.add(Event::shared, followers.size());
    for (const auto& follower : followers) {
      follower->request.expire = caller->request.expire;
      answer(*follower, Source::shared, others, storing);
    }
  }
  answer(*caller, Source::computed, payload, storing);
  goOn(landed);
}

void Flights::answer(Caller& caller, Source source, const PayloadPtr& payload, Storing storing) {
  CacheResult result;
  result.source = source;
  result.payload = Payload(payload);
  result.storing = storing;
  result.redirected = caller.redirect.has_value();
  result.ttl = storing == Storing::stored ? caller.request.expire : std::chrono::milliseconds(0);
  caller.done(std::move(result));
}

void Flights::answerError(Caller& caller, const std::exception_ptr& error) {
  CacheResult result;
  result.error = error;
  caller.done(std::move(result));
}

void Flights::answerHit(Caller& caller, CacheResult hit) {
  events_.add(hit.source == Source::hit ? Event::hit : Event::stale);
  caller.done(std::move(hit));
}

void Flights::landHit(const CallerPtr& caller, CacheResult hit) {
  const auto landed = flights_.land(*caller->flight, caller->began);
  if (const auto& followers = landed.served; !followers.empty()) {
    const auto shared = std::make_shared<const std::string>(hit.payload.bytes());
    for (const auto& follower : followers) {
      if (follower->request.ignoreStored && hit.source != Source::staleOnError) {
        enter(follower);
        continue;
      }
      CacheResult same;
      same.source = hit.source;
      same.payload = Payload(shared);
      same.age = hit.age;
      same.ttl = hit.ttl;
      answerHit(*follower, std::move(same));
    }
  }
  answerHit(*caller, std::move(hit));
  goOn(landed);
}

void Flights::disband(const CallerPtr& caller, const PayloadPtr& payload, Storing storing) {
  for (const auto& follower : flights_.disband(*caller->flight)) leadAlone(follower);
  unlock(caller, [caller, payload, storing] { answer(*caller, Source::computed, payload, storing); });
}

Timers::Handle Flights::armAfter(std::chrono::milliseconds delay, Timers::Task task) {
  try {
    return timers_.armAfter(delay, [task = std::move(task)] {
      const CompletionScope here;
      task();
    });
  } catch (const std::system_error&) {
    return {};
  }
}

bool Flights::later(std::chrono::milliseconds delay, Timers::Task task) {
  const auto handle = std::make_shared<Timers::Handle>();  // the task owns the handle until it has run
  try {
    *handle = timers_.armAfter(delay, [handle, task = std::move(task)] {
      const CompletionScope here;
      task();
    });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace larder
