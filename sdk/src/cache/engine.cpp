// SPDX-License-Identifier: Apache-2.0
//
// The way of a call through the engine, each step the continuation of the one before:
//
//     getOrCompute -> (in memory: hit: answer) -> enter -> look up -> hit: answer
//                                                 |        `-> miss: stamps -> compute (on the caller's
//                                                 |            executor) -> store -> answer
//                                                 `-> follow: answered by the leader, promoted
//                                                     when he fails or takes too long, or on
//                                                     his own in the end
//
// A stale value answers at once where the request allows it, and a caller of the engine's own goes the way
// from stamps on in the background.
#include "cache/engine.hpp"

#include <algorithm>
#include <array>
#include <semaphore>
#include <stdexcept>
#include <utility>

namespace larder {
namespace {

void shorten(std::chrono::milliseconds& expire, std::chrono::milliseconds wanted) {
  expire = std::min(expire, std::max(wanted, std::chrono::milliseconds(1)));
}

void check(const CacheOptions& options) {
  if (options.compressFrom > 0 && !canCompress())
    throw std::invalid_argument(
        "CacheOptions::compressFrom: this library was built without zstd; build it with LARDER_WITH_ZSTD");
}

Found nothingFound() {
  Found nothing;
  nothing.backendFailed = true;
  return nothing;
}

// A namespace with the cache's prefix, on the stack if it is as short as names are.
class FullName {
 public:
  FullName(std::string_view prefix, std::string_view name) {
    const std::size_t size = prefix.size() + 1 + name.size();
    char* at = short_.data();
    if (size > short_.size()) {
      long_.resize(size);
      at = long_.data();
    }
    view_ = {at, size};
    at = std::copy(prefix.begin(), prefix.end(), at);
    *at++ = ':';
    std::copy(name.begin(), name.end(), at);
  }
  FullName(const FullName&) = delete;
  FullName& operator=(const FullName&) = delete;

  std::string_view view() const { return view_; }

 private:
  std::array<char, 100> short_;
  std::string long_;
  std::string_view view_;
};

}  // namespace

Cache::Engine::Engine(std::shared_ptr<Backend> backend, CacheOptions options)
    : backend_(std::move(backend)),
      options_(std::move(options)),
      guarded_(*backend_, options_.operationTimeout, options_.circuit, options_.onRoundTrip),
      tags_(guarded_, options_.prefix),
      marks_(tags_),
      invalidating_(guarded_, tags_, options_.maxInvalidations),
      locks_(guarded_, options_.prefix),
      flights_(options_.hitForMiss),
      background_("larder-renew", options_.refreshThreads, options_.maxRefreshes) {
  check(options_);
}

void Cache::Engine::getOrCompute(CacheRequest request, Executor& executor, Done done) {
  if (!request.looked)
    if (auto hit = findFresh({.nameSpace = request.nameSpace,
                              .key = request.key,
                              .tags = request.tags,
                              .eagerRefresh = request.renewal.eagerRefresh}))
      return done(*std::move(hit));
  auto name_space = fullName(request.nameSpace);
  enter(std::make_shared<Caller>(
      Caller{std::move(request), std::move(name_space), executor, std::move(done), nullptr, {}}));
}

// In memory a look-up costs less than a flight, so such hits never meet the flights' lock; nor do they need
// anything that outlives the call.
std::optional<CacheResult> Cache::Engine::findFresh(const FreshLookUp& wanted) {
  if (!backend_->isInline()) return std::nullopt;
  const FullName name(options_.prefix, wanted.nameSpace);
  if (invalidating_.covers(name.view(), wanted.key.stored(), wanted.tags)) return std::nullopt;
  auto found = larder::findFresh(guarded_, tags_, options_.maxPayload, name.view(), wanted.key, wanted.tags);
  if (found.backendFailed) ++readFailures_;
  auto hit = withAddedTagsCompared(std::move(found));
  if (!hit || isDue(*hit, wanted.eagerRefresh)) return std::nullopt;
  ++hits_;
  return hit;
}

std::optional<CacheResult> Cache::Engine::withAddedTagsCompared(FoundFresh found) {
  if (found.addedTags.empty()) return std::move(found.hit);
  std::binary_semaphore compared(0);
  std::optional<CacheResult> hit;
  Found whole;
  whole.hit = std::move(found.hit);
  whole.addedTags = std::move(found.addedTags);
  checkAddedTags(std::move(whole), [&compared, &hit](Found result) {
    hit = std::move(result.hit);
    compared.release();
  });
  compared.acquire();  // at once, unless this very moment a backend that does I/O takes the place of this one
  return hit;
}

void Cache::Engine::find(CacheRequest request, WhenFound found) {
  const auto asked = std::make_shared<const CacheRequest>(std::move(request));
  look(fullName(asked->nameSpace), *asked, [this, asked, found = std::move(found)](Found what) {
    ++(what.hit ? hits_ : misses_);
    found(std::move(what.hit));
  });
}

std::optional<CacheResult> Cache::Engine::find(const CacheRequest& request) {
  std::binary_semaphore looked(0);
  std::optional<CacheResult> hit;
  look(fullName(request.nameSpace), request, [&looked, &hit](Found found) {
    hit = std::move(found.hit);
    looked.release();
  });
  looked.acquire();  // the backend answers by the deadline, whatever its plugin does
  ++(hit ? hits_ : misses_);
  return hit;
}

Inspection Cache::Engine::inspect(const CacheRequest& request) {
  const auto name_space = fullName(request.nameSpace);
  const bool invalidating = invalidating_.covers(name_space, request.key.stored(), request.tags);
  auto inspection = invalidating ? Inspection{.finding = Inspection::Finding::invalidating}
                                 : inspectEntry(guarded_, tags_, options_.maxPayload, name_space, request);
  inspection.nameSpace = name_space;
  inspection.key = request.key.stored();
  return inspection;
}

CacheCounters Cache::Engine::counters() const {
  return {.hits = hits_,
          .misses = misses_,
          .shared = shared_,
          .flightWaits = flightWaits_,
          .flightTimeouts = flightTimeouts_,
          .stale = stale_,
          .computations = computations_,
          .refreshes = refreshes_,
          .refreshFailures = refreshFailures_,
          .stores = stores_,
          .tooLarge = tooLarge_,
          .compressed = compressed_,
          .bytesSaved = bytesSaved_,
          .readFailures = readFailures_,
          .writeFailures = writeFailures_,
          .invalidations = invalidations_,
          .invalidationFailures = invalidationFailures_,
          .invalidationsRetried = invalidating_.retried(),
          .invalidationsLost = invalidating_.lost(),
          .circuitOpenings = guarded_.breaker().openings(),
          .circuitRefusals = guarded_.breaker().refusals()};
}

CacheState Cache::Engine::state() const {
  return {.invalidationsWaiting = invalidating_.size(), .circuit = guarded_.breaker().state()};
}

std::string Cache::Engine::fullName(std::string_view name_space) const {
  return std::string(FullName(options_.prefix, name_space).view());
}

void Cache::Engine::look(const std::string& name_space, const CacheRequest& request,
                         std::function<void(Found)> then) {
  if (invalidating_.covers(name_space, request.key.stored(), request.tags)) return then(nothingFound());
  lookUp(guarded_, tags_, options_.maxPayload, name_space, request,
         [this, then = std::move(then)](Found found) {
           if (found.backendFailed) ++readFailures_;
           if (found.addedTags.empty()) return then(std::move(found));
           checkAddedTags(std::move(found), then);
         });
}

FlightName Cache::Engine::flightOf(const Caller& caller) {
  return {.nameSpace = caller.nameSpace,
          .key = caller.request.key.full(),
          .tags = caller.request.tags,
          .addsTags = caller.request.addsTags};
}

void Cache::Engine::enter(const CallerPtr& caller) {
  auto joined = flights_.join(flightOf(*caller), caller, backend_->clock().monotonic());
  if (joined.flight == nullptr) return leadAlone(caller);
  if (!joined.leading) return follow(caller, joined.flight);
  caller->flight = std::move(joined.flight);
  lead(caller);
}

// The timers outlast most of those who wait, and perhaps the Cache: so they hold nobody.
void Cache::Engine::follow(const CallerPtr& caller, const SingleFlight::FlightPtr& flight) {
  ++flightWaits_;
  const std::weak_ptr<Caller> waiting = caller;
  caller->executor.postAfter(options_.flightWait, [this, waiting, flight] {
    const auto follower = waiting.lock();
    if (follower == nullptr) return;
    const auto joined = flights_.succeed(flight, follower);
    if (joined.flight == nullptr) return;
    ++flightTimeouts_;
    if (joined.leading) {
      follower->flight = joined.flight;
      return lead(follower);
    }
    follower->executor.postAfter(options_.flightWait, [this, waiting, next = joined.flight] {
      const auto late = waiting.lock();
      if (late != nullptr && flights_.leave(next, late)) leadAlone(late);
    });
  });
}

void Cache::Engine::leadAlone(const CallerPtr& caller) {
  caller->flight = flights_.alone(flightOf(*caller));
  lead(caller);
}

void Cache::Engine::lead(const CallerPtr& caller) {
  look(caller->nameSpace, caller->request, [this, caller](Found found) {
    if (mustCompute(caller, std::move(found))) begin(caller);
  });
}

bool Cache::Engine::mustCompute(const CallerPtr& caller, Found found) {
  if (auto value = servable(*caller, found)) {
    landHit(caller, *std::move(value));
    return false;
  }
  caller->stale = std::move(found.stale);
  caller->stamps = std::move(found.stamps);
  caller->storable = !found.backendFailed;
  ++misses_;
  if (caller->request.renewal.softTimeout.count() == 0 || !mayStandIn(*caller)) return true;
  awaitRenewal(caller);
  return false;
}

void Cache::Engine::prepare(const CallerPtr& caller) {
  if (!caller->storable) return compute(caller);
  tags_.create(caller->stamps, caller->request.expire, [this, caller](bool created) {
    if (!created) ++readFailures_;
    caller->storable = created;
    if (created && caller->request.addsTags) return readMarks(caller);
    compute(caller);
  });
}

// In a loop, since a full executor may refuse all that wait, one after the other.
void Cache::Engine::compute(CallerPtr caller) {
  while (caller != nullptr && !startComputing(caller))
    caller = giveUp(caller, std::make_exception_ptr(Overloaded("no room to run the computation; try again")));
}

bool Cache::Engine::startComputing(const CallerPtr& caller) {
  return caller->executor.post([this, caller] {
    ++computations_;
    Computed computed;
    try {
      computed = caller->request.compute();
    } catch (...) {
      return fail(caller, std::current_exception());
    }
    finish(caller, std::move(computed));
  });
}

bool Cache::Engine::mayStandIn(const Caller& caller) {
  return caller.stale && caller.request.renewal.servesInsteadOfAnError(-caller.stale->ttl);
}

bool Cache::Engine::landStale(const CallerPtr& caller, Source why) {
  if (!mayStandIn(*caller)) return false;
  caller->stale->source = why;
  unlock(caller, [this, caller] { landHit(caller, *std::move(caller->stale)); });
  return true;
}

void Cache::Engine::fail(const CallerPtr& caller, const std::exception_ptr& error) {
  if (auto next = giveUp(caller, error)) compute(std::move(next));
}

CallerPtr Cache::Engine::giveUp(const CallerPtr& caller, const std::exception_ptr& error) {
  if (landStale(caller, Source::staleOnError)) return nullptr;
  auto next = flights_.promote(*caller->flight);
  if (next != nullptr) {
    next->flight = std::move(caller->flight);
    next->stamps = caller->stamps;
    next->marks = caller->marks;
    next->storable = caller->storable;
    next->lock = std::exchange(caller->lock, std::nullopt);
  }
  unlock(caller, [caller, error] {
    CacheResult result;
    result.error = error;
    caller->done(std::move(result));
  });
  return next;
}

void Cache::Engine::finish(const CallerPtr& caller, Computed computed) {
  const auto added = std::move(computed.tags);
  auto payload = settle(caller, std::move(computed));
  if (payload == nullptr) return;
  if (added.empty()) return store({{caller, std::move(payload)}});
  addTags(caller, added, [this, caller, payload](bool storable) {
    if (storable) return store({{caller, payload}});
    flights_.endStore(*caller->flight);
    land(caller, payload, Storing::notCacheable);
  });
}

Cache::Engine::PayloadPtr Cache::Engine::settle(const CallerPtr& caller, Computed computed) {
  if (computed.failed && landStale(caller, Source::staleOnError)) return nullptr;
  if (computed.failed && renewing(*caller)) {
    fail(caller, std::make_exception_ptr(std::runtime_error("the computation failed")));
    return nullptr;
  }
  auto payload = std::make_shared<const std::string>(std::move(computed.payload));
  if (!computed.cacheable) {
    disband(caller, payload);
    return nullptr;
  }
  caller->elsewhere = std::move(computed.elsewhere);  // whatever becomes of it, others want another variant
  // A kept error is served for its own time and not beyond: it must not stand in for a later one.
  if (computed.failed) caller->request.renewal = {.jitter = caller->request.renewal.jitter};
  if (computed.expire) shorten(caller->request.expire, *computed.expire);
  if (const auto reason = reasonNotToStore(*caller, *payload)) {
    land(caller, payload, *reason);
    return nullptr;
  }
  return payload;
}

std::optional<CacheResult::Storing> Cache::Engine::reasonNotToStore(const Caller& caller,
                                                                    const std::string& payload) {
  if (payload.size() > options_.maxPayload) {
    ++tooLarge_;
    return Storing::tooLarge;
  }
  if (!caller.storable) return Storing::backendFailed;
  if (!flights_.beginStore(*caller.flight)) return Storing::notCacheable;
  return std::nullopt;
}

void Cache::Engine::land(const CallerPtr& caller, const PayloadPtr& payload, Storing storing) {
  unlock(caller, [this, caller, payload, storing] { share(caller, payload, storing); });
}

void Cache::Engine::share(const CallerPtr& caller, const PayloadPtr& payload, Storing storing) {
  const auto others =
      caller->elsewhere ? std::make_shared<const std::string>(caller->elsewhere->sign) : payload;
  for (const auto& follower : flights_.land(*caller->flight)) {
    ++shared_;
    follower->request.expire = caller->request.expire;
    answer(*follower, Source::shared, others, storing);
  }
  answer(*caller, Source::computed, payload, storing);
}

void Cache::Engine::answer(Caller& caller, Source source, const PayloadPtr& payload, Storing storing) {
  CacheResult result;
  result.source = source;
  result.payload = Payload(payload);
  result.storing = storing;
  result.elsewhere = caller.elsewhere.has_value();
  result.ttl = storing == Storing::stored ? caller.request.expire : std::chrono::milliseconds(0);
  caller.done(std::move(result));
}

void Cache::Engine::answerHit(Caller& caller, CacheResult hit) {
  ++(hit.source == Source::hit ? hits_ : stale_);
  caller.done(std::move(hit));
}

void Cache::Engine::landHit(const CallerPtr& caller, CacheResult hit) {
  const auto followers = flights_.land(*caller->flight);
  if (!followers.empty()) {
    const auto shared = std::make_shared<const std::string>(hit.payload.bytes());
    for (const auto& follower : followers) {
      CacheResult same;
      same.source = hit.source;
      same.payload = Payload(shared);
      same.age = hit.age;
      same.ttl = hit.ttl;
      answerHit(*follower, std::move(same));
    }
  }
  answerHit(*caller, std::move(hit));
}

void Cache::Engine::disband(const CallerPtr& caller, const PayloadPtr& payload) {
  for (const auto& follower : flights_.disband(*caller->flight, backend_->clock().monotonic()))
    leadAlone(follower);
  unlock(caller, [caller, payload] { answer(*caller, Source::computed, payload, Storing::notCacheable); });
}

}  // namespace larder
