// SPDX-License-Identifier: Apache-2.0
//
// The way of a call through the engine, each step the continuation of the one before:
//
//     getOrCompute -> enter -> look up -> hit: answer
//                       |         `-> miss: stamps -> compute (on the caller's executor) -> store -> answer
//                       `-> follow: answered by the leader, promoted when he fails or takes too long, or on
//                       his
//                           own in the end
//
// A stale value answers at once where the request allows it, and a caller of the engine's own goes the way
// from stamps on in the background.
#include <larder/cache.hpp>
#include <larder/worker_pool.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <semaphore>
#include <utility>

#include "guarded_backend.hpp"
#include "host_locks.hpp"
#include "invalidation_queue.hpp"
#include "lookup.hpp"
#include "single_flight.hpp"
#include "tag_stamps.hpp"

namespace larder {

using Source = CacheResult::Source;
using Storing = CacheResult::Storing;

/// One getOrCompute on its way.
struct Caller {
  CacheRequest request;
  std::string nameSpace;  // the request's, which may not outlive the call, with the prefix
  Executor& executor;
  Cache::Done done;
  SingleFlight::FlightPtr flight;  // while leading
  std::vector<TagStamp> stamps;    // read before the computation
  bool storable = true;
  std::optional<CacheResult> stale{};  // for the case that the computation fails
  std::optional<HostLocks::Hold> lock{};
  std::optional<Deadline> lockPatience{};  // until when to wait for another host's
  std::chrono::milliseconds lockPause{0};  // before the next look
};

namespace {

constexpr std::chrono::seconds kFormerCloses{2};  // the wait for the backend replaced before the present one

// Between looks for another host's value.
constexpr std::chrono::milliseconds kFirstLockPause{20};
constexpr std::chrono::milliseconds kLongestLockPause{200};

double chance() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Counts the renewals under way, so that the end can wait for them.
class RenewalCount {
 public:
  bool begin() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    ++underWay_;
    return true;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    --underWay_;
    none_.notify_all();
  }
  void stop() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    none_.wait(lock, [this] { return underWay_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t underWay_ = 0;
  bool stopped_ = false;
};

}  // namespace

class Cache::Engine {
 public:
  Engine(std::shared_ptr<Backend> backend, CacheOptions options)
      : backend_(std::move(backend)),
        options_(std::move(options)),
        guarded_(*backend_, options_.operationTimeout, options_.circuit),
        tags_(guarded_, options_.prefix),
        invalidating_(guarded_, tags_, options_.maxInvalidations),
        locks_(guarded_, options_.prefix),
        flights_(options_.hitForMiss),
        background_("larder-renew", options_.refreshThreads, options_.maxRefreshes) {}
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() { stopRenewing(); }

  void stopRenewing() { renewals_.stop(); }

  void getOrCompute(CacheRequest request, Executor& executor, Done done) {
    auto name_space = fullName(request.nameSpace);
    const CallerPtr caller(
        new Caller{std::move(request), std::move(name_space), executor, std::move(done), nullptr, {}});
    if (!backend_->isInline()) return enter(caller);

    // In memory a look-up costs less than a flight, so hits never meet the flights' lock.
    look(caller->nameSpace, caller->request, [this, caller](Found found) {
      if (auto value = servable(*caller, found)) return answerHit(*caller, *std::move(value));
      enter(caller);
    });
  }

  std::optional<CacheResult> find(const CacheRequest& request) {
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

  Status invalidate(std::span<const std::string> tags) {
    std::vector<StaleScope> scopes;
    for (const auto& tag : tags) scopes.push_back({StaleScope::Kind::tag, {}, tag});
    return invalidate(scopes, [tags](const FlightName& flight) {
      return std::any_of(flight.tags.begin(), flight.tags.end(), [tags](const std::string& tag) {
        return std::find(tags.begin(), tags.end(), tag) != tags.end();
      });
    });
  }

  Status erase(std::string_view short_name, const Key& key) {
    const StaleScope scope{StaleScope::Kind::entry, fullName(short_name), key.stored()};
    return invalidate(std::span(&scope, 1), [&](const FlightName& flight) {
      return flight.nameSpace == scope.nameSpace && flight.key == key.full();
    });
  }

  Status clear(std::string_view short_name) {
    const StaleScope scope{StaleScope::Kind::nameSpace, fullName(short_name), {}};
    return invalidate(std::span(&scope, 1),
                      [&](const FlightName& flight) { return flight.nameSpace == scope.nameSpace; });
  }

  void replaceBackend(std::unique_ptr<Backend> next) {
    const auto cleared = next->perform({.code = OpCode::clearNamespace, .nameSpace = tags_.nameSpace()},
                                       next->in(options_.operationTimeout));
    if (cleared.status != Status::ok)
      throw std::runtime_error("backends." + std::string(next->name()) + ": can't forget its tags: " +
                               std::string(toString(cleared.status)) + "; old entries would come back");
    if (!backend_->replace(std::move(next), kFormerCloses))
      throw std::runtime_error("the backend that was replaced before is still in use; try again");
  }

  CacheCounters counters() const {
    return {.hits = hits_,
            .misses = misses_,
            .shared = shared_,
            .stale = stale_,
            .computations = computations_,
            .refreshes = refreshes_,
            .refreshFailures = refreshFailures_,
            .stores = stores_,
            .tooLarge = tooLarge_,
            .readFailures = readFailures_,
            .writeFailures = writeFailures_,
            .invalidations = invalidations_,
            .invalidationFailures = invalidationFailures_,
            .invalidationsRetried = invalidating_.retried(),
            .invalidationsLost = invalidating_.lost(),
            .circuitOpenings = guarded_.breaker().openings(),
            .circuitRefusals = guarded_.breaker().refusals()};
  }

  CacheState state() const {
    return {.invalidationsWaiting = invalidating_.size(), .circuit = guarded_.breaker().state()};
  }

  Backend& backend() { return *backend_; }
  const CacheOptions& options() const { return options_; }

 private:
  using Counter = std::atomic<std::uint64_t>;

  std::string fullName(std::string_view name_space) const {
    return options_.prefix + ":" + std::string(name_space);
  }

  // What is being computed counts as outdated twice: before the write, so that no computation from before it
  // is stored after it, and after the write, so that whoever comes from now on joins none that looked before
  // it.
  Status invalidate(std::span<const StaleScope> scopes,
                    const std::function<bool(const FlightName&)>& covered) {
    flights_.outdate(covered);
    const auto status = invalidating_.carryOut(scopes);
    flights_.outdate(covered);
    ++invalidations_;
    if (status != Status::ok) ++invalidationFailures_;
    return status;
  }

  // `then` must keep the request. Nothing is found of what an invalidation covers that the backend has not
  // taken yet.
  void look(const std::string& name_space, const CacheRequest& request, std::function<void(Found)> then) {
    if (invalidating_.covers(name_space, request.key.stored(), request.tags)) {
      Found nothing;
      nothing.backendFailed = true;
      return then(std::move(nothing));
    }
    lookUp(guarded_, tags_, name_space, request, [this, then = std::move(then)](Found found) {
      if (found.backendFailed) ++readFailures_;
      then(std::move(found));
    });
  }

  static FlightName flightOf(const Caller& caller) {
    return {caller.nameSpace, caller.request.key.full(), caller.request.tags};
  }

  void enter(const CallerPtr& caller) {
    auto joined = flights_.join(flightOf(*caller), caller, backend_->clock().monotonic());
    if (joined.flight == nullptr) return leadAlone(caller);
    if (!joined.leading) return follow(caller, joined.flight);
    caller->flight = std::move(joined.flight);
    lead(caller);
  }

  // One that waited too long for the leader takes his place; the others then wait once more, and no longer.
  void follow(const CallerPtr& caller, const SingleFlight::FlightPtr& flight) {
    caller->executor.postAfter(options_.flightWait, [this, caller, flight] {
      const auto joined = flights_.succeed(flight, caller);
      if (joined.flight == nullptr) return;
      if (joined.leading) {
        caller->flight = joined.flight;
        return lead(caller);
      }
      caller->executor.postAfter(options_.flightWait, [this, caller, next = joined.flight] {
        if (flights_.leave(next, caller)) leadAlone(caller);
      });
    });
  }

  void leadAlone(const CallerPtr& caller) {
    caller->flight = flights_.alone(flightOf(*caller));
    lead(caller);
  }

  void lead(const CallerPtr& caller) {
    look(caller->nameSpace, caller->request, [this, caller](Found found) {
      if (auto value = servable(*caller, found)) return landHit(caller, *std::move(value));
      caller->stale = std::move(found.stale);
      caller->stamps = std::move(found.stamps);
      caller->storable = !found.backendFailed;
      ++misses_;
      if (caller->request.renewal.softTimeout.count() > 0 && mayStandIn(*caller)) return awaitRenewal(caller);
      begin(caller);
    });
  }

  // What the look-up found, if the caller may have it; starts its renewal where that is due.
  std::optional<CacheResult> servable(const Caller& caller, Found& found) {
    const auto& renewal = caller.request.renewal;
    if (found.hit) {
      const auto lifetime = found.hit->age + found.hit->ttl;
      if (renewal.eagerRefresh > 0 && found.hit->age >= lifetime * renewal.eagerRefresh)
        renew(caller, found.stamps);
      return std::move(found.hit);
    }
    if (!found.stale || -found.stale->ttl >= renewal.staleWhileRevalidate) return std::nullopt;
    if (renew(caller, found.stamps) == Renewing::notPossible) return std::nullopt;
    return std::move(found.stale);
  }

  enum class Renewing { begun, underWay, notPossible };

  // `then` gets what a renewal that begins here comes to.
  Renewing renew(const Caller& caller, const std::vector<TagStamp>& stamps, Done then = {}) {
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

  bool renewing(const Caller& caller) const { return &caller.executor == &background_; }

  // Renews in the background. The caller is answered by what comes first, the new value or the end of his
  // patience; a renewal that was under way before him has had its time.
  void awaitRenewal(const CallerPtr& caller) {
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

  void landRenewed(const CallerPtr& caller, CacheResult result) {
    if (result.source == Source::failed) return fail(caller, result.error);
    const auto payload = std::make_shared<const std::string>(result.payload.bytes());
    for (const auto& follower : flights_.land(*caller->flight)) {
      if (result.storing == Storing::notCacheable) {  // perhaps for this caller alone
        leadAlone(follower);
        continue;
      }
      ++shared_;
      answer(*follower, Source::shared, payload, result.storing);
    }
    caller->done(std::move(result));
  }

  // The computation, or first the lock that lets one host compute.
  void begin(const CallerPtr& caller) {
    if (caller->request.lockAcrossHosts.count() == 0 || !caller->storable) return prepare(caller);
    locks_.acquire(caller->nameSpace, caller->request.key.full(), caller->request.lockAcrossHosts,
                   [this, caller](HostLocks::Answer answer, HostLocks::Hold hold) {
                     if (answer == HostLocks::Answer::impossible) return prepare(caller);
                     if (answer == HostLocks::Answer::held) return awaitOtherHost(caller);
                     caller->lock = std::move(hold);
                     lookAgain(caller, [this, caller] { prepare(caller); });
                   });
  }

  // Another host's value may be there by now.
  void lookAgain(const CallerPtr& caller, std::function<void()> otherwise) {
    look(caller->nameSpace, caller->request, [this, caller, otherwise = std::move(otherwise)](Found found) {
      if (found.hit) {
        const auto hit = std::make_shared<CacheResult>(*std::move(found.hit));
        return unlock(caller, [this, caller, hit] { landHit(caller, std::move(*hit)); });
      }
      caller->stamps = std::move(found.stamps);
      caller->storable = !found.backendFailed;
      otherwise();
    });
  }

  // Looks for the other host's value with growing pauses, and tries to take its place.
  void awaitOtherHost(const CallerPtr& caller) {
    if (renewing(*caller)) return giveUpRenewal(caller);
    const auto now = guarded_.clock().monotonic();
    if (!caller->lockPatience) caller->lockPatience = now + 2 * caller->request.lockAcrossHosts;
    if (now >= *caller->lockPatience) return prepare(caller);
    caller->lockPause = std::clamp(2 * caller->lockPause, kFirstLockPause, kLongestLockPause);
    caller->executor.postAfter(caller->lockPause,
                               [this, caller] { lookAgain(caller, [this, caller] { begin(caller); }); });
  }

  // Another host renews the value. That is no failure.
  void giveUpRenewal(const CallerPtr& renewer) {
    flights_.land(*renewer->flight);
    renewer->done(CacheResult{});
  }

  // Before the caller is answered, who may then end the Cache.
  void unlock(const CallerPtr& caller, std::function<void()> then) {
    if (!caller->lock) return then();
    const auto hold = *std::exchange(caller->lock, std::nullopt);
    locks_.release(hold, std::move(then));
  }

  // A tag gets its stamp before the computation begins, so that an invalidation meanwhile shows.
  void prepare(const CallerPtr& caller) {
    if (!caller->storable) return compute(caller);
    tags_.create(caller->stamps, caller->request.expire, [this, caller](bool created) {
      if (!created) ++readFailures_;
      caller->storable = created;
      compute(caller);
    });
  }

  void compute(const CallerPtr& caller) {
    const bool accepted = caller->executor.post([this, caller] {
      ++computations_;
      Computed computed;
      try {
        computed = caller->request.compute();
      } catch (...) {
        return fail(caller, std::current_exception());
      }
      finish(caller, std::move(computed));
    });
    if (!accepted)
      fail(caller, std::make_exception_ptr(Overloaded("no room to run the computation; try again")));
  }

  // Whether there is a value of before that is better than none.
  static bool mayStandIn(const Caller& caller) {
    return caller.stale && -caller.stale->ttl < caller.request.renewal.staleIfError;
  }

  bool landStale(const CallerPtr& caller, Source why) {
    if (!mayStandIn(*caller)) return false;
    caller->stale->source = why;
    unlock(caller, [this, caller] { landHit(caller, *std::move(caller->stale)); });
    return true;
  }

  void fail(const CallerPtr& caller, std::exception_ptr error) {
    if (landStale(caller, Source::staleOnError)) return;
    if (const auto next = flights_.promote(*caller->flight)) {
      next->flight = std::move(caller->flight);
      next->stamps = caller->stamps;
      next->storable = caller->storable;
      next->lock = std::exchange(caller->lock, std::nullopt);
      compute(next);
    }
    unlock(caller, [caller, error = std::move(error)] {
      CacheResult result;
      result.error = error;
      caller->done(std::move(result));
    });
  }

  void finish(const CallerPtr& caller, Computed computed) {
    if (computed.failed && landStale(caller, Source::staleOnError)) return;
    if (computed.failed && renewing(*caller))
      return fail(caller, std::make_exception_ptr(std::runtime_error("the computation failed")));
    const auto payload = std::make_shared<const std::string>(std::move(computed.payload));
    if (!computed.cacheable) return disband(caller, payload);
    if (payload->size() > options_.maxPayload) {
      ++tooLarge_;
      return land(caller, payload, Storing::tooLarge);
    }
    if (!caller->storable) return land(caller, payload, Storing::backendFailed);
    if (outdated(*caller)) return land(caller, payload, Storing::notCacheable);
    store(caller, payload);
  }

  bool outdated(const Caller& caller) const { return flights_.outdated(*caller.flight); }

  void store(const CallerPtr& caller, const std::shared_ptr<const std::string>& payload) {
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
      if (outcomes[0].status != Status::ok) {
        ++(outcomes[0].status == Status::tooLarge ? tooLarge_ : writeFailures_);
        return land(caller, payload,
                    outcomes[0].status == Status::tooLarge ? Storing::tooLarge : Storing::backendFailed);
      }
      ++stores_;
      if (!outdated(*caller)) return land(caller, payload, Storing::stored);
      takeBack(caller, payload);
    });
  }

  // At least 1 ms, whatever chance takes away.
  std::chrono::milliseconds lifetimeOf(const CacheRequest& request) const {
    if (request.renewal.jitter <= 0) return request.expire;
    const double part = request.renewal.jitter * (options_.random ? options_.random() : chance());
    const auto shorter = std::chrono::duration<double, std::milli>(request.expire) * (1 - part);
    return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(shorter),
                    std::chrono::milliseconds(1));
  }

  // An invalidation came between the last look and the write, which may have undone it.
  void takeBack(const CallerPtr& caller, const std::shared_ptr<const std::string>& payload) {
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

  void land(const CallerPtr& caller, const std::shared_ptr<const std::string>& payload, Storing storing) {
    unlock(caller, [this, caller, payload, storing] { share(caller, payload, storing); });
  }

  void share(const CallerPtr& caller, const std::shared_ptr<const std::string>& payload, Storing storing) {
    for (const auto& follower : flights_.land(*caller->flight)) {
      ++shared_;
      answer(*follower, Source::shared, payload, storing);
    }
    answer(*caller, Source::computed, payload, storing);
  }

  static void answer(Caller& caller, Source source, const std::shared_ptr<const std::string>& payload,
                     Storing storing) {
    CacheResult result;
    result.source = source;
    result.payload = Payload(payload);
    result.storing = storing;
    result.ttl = storing == Storing::stored ? caller.request.expire : std::chrono::milliseconds(0);
    caller.done(std::move(result));
  }

  void answerHit(Caller& caller, CacheResult hit) {
    ++(hit.source == Source::hit ? hits_ : stale_);
    caller.done(std::move(hit));
  }

  void landHit(const CallerPtr& caller, CacheResult hit) {
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

  void disband(const CallerPtr& caller, const std::shared_ptr<const std::string>& payload) {
    for (const auto& follower : flights_.disband(*caller->flight, backend_->clock().monotonic()))
      leadAlone(follower);
    unlock(caller, [caller, payload] { answer(*caller, Source::computed, payload, Storing::notCacheable); });
  }

  const std::shared_ptr<Backend> backend_;
  const CacheOptions options_;
  GuardedBackend guarded_;
  TagStamps tags_;
  InvalidationQueue invalidating_;
  HostLocks locks_;
  SingleFlight flights_;
  RenewalCount renewals_;
  Counter hits_{0}, misses_{0}, shared_{0}, stale_{0}, computations_{0}, refreshes_{0}, refreshFailures_{0},
      stores_{0}, tooLarge_{0}, readFailures_{0}, writeFailures_{0}, invalidations_{0},
      invalidationFailures_{0};
  WorkerPool background_;  // last: its threads use all of the above
};

Cache::Cache(std::shared_ptr<Backend> backend, CacheOptions options)
    : engine_(std::make_unique<Engine>(std::move(backend), std::move(options))) {}
Cache::~Cache() = default;

void Cache::getOrCompute(CacheRequest request, Executor& executor, Done done) {
  engine_->getOrCompute(std::move(request), executor, std::move(done));
}

CacheResult Cache::getOrCompute(CacheRequest request) {
  RunLoop loop;
  std::optional<CacheResult> result;
  engine_->getOrCompute(std::move(request), loop, [&loop, &result](CacheResult finished) {
    result = std::move(finished);
    loop.stop();
  });
  loop.run();
  if (result->source == Source::failed) std::rethrow_exception(result->error);
  return std::move(*result);
}

std::optional<CacheResult> Cache::find(const CacheRequest& request) { return engine_->find(request); }
Status Cache::invalidate(std::span<const std::string> tags) { return engine_->invalidate(tags); }
Status Cache::erase(std::string_view name_space, const Key& key) { return engine_->erase(name_space, key); }
Status Cache::clear(std::string_view name_space) { return engine_->clear(name_space); }
void Cache::replaceBackend(std::unique_ptr<Backend> next) { engine_->replaceBackend(std::move(next)); }
void Cache::stopRenewing() { engine_->stopRenewing(); }
CacheCounters Cache::counters() const { return engine_->counters(); }
CacheState Cache::state() const { return engine_->state(); }
Backend& Cache::backend() { return engine_->backend(); }
const CacheOptions& Cache::options() const { return engine_->options(); }

}  // namespace larder
