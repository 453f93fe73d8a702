// SPDX-License-Identifier: Apache-2.0
#include "cache/engine.hpp"

#include <semaphore>
#include <stdexcept>
#include <utility>

#include "cache/check_options.hpp"

namespace larder {
namespace {

constexpr std::chrono::seconds kFormerCloses{2};  // the wait for the previously replaced backend to close

CacheOptions checked(CacheOptions options) {
  checkOptions(options);
  return options;
}

}  // namespace

Cache::Engine::Engine(std::shared_ptr<Backend> backend, CacheOptions options)
    : backend_(std::move(backend)),
      options_(checked(std::move(options))),
      guarded_(*backend_, options_.operationTimeout, options_.circuit, options_.onRoundTrip),
      tags_(guarded_, options_.prefix),
      invalidating_(guarded_, tags_, options_.maxInvalidations),
      lookup_(guarded_, tags_, invalidating_, events_, options_.maxPayload),
      timers_(std::make_unique<Timers>(backend_->clock(), "larder-waits")),
      flights_({.hitForMiss = options_.hitForMiss, .wait = options_.flightWait}, backend_->clock(), *timers_),
      writer_(guarded_, tags_, invalidating_, flights_, events_, options_),
      flying_(guarded_, lookup_, writer_, flights_, *timers_, events_, options_) {}

// The thread of `timers_` uses members declared after it until its last task has run, so the timers stop
// before those members are destroyed. Refreshes use the timers, so refreshes end before the timers do.
Cache::Engine::~Engine() {
  flying_.stopRenewing();
  timers_.reset();
}

// A local look-up costs less than a flight, so local hits bypass the flights' lock and allocate nothing that
// outlives the call.
void Cache::Engine::getOrCompute(CacheRequest request, Executor& executor, Done done) {
  checkRequest(request);
  if (!request.ignoreStored)
    if (auto hit = findFresh({.nameSpace = request.nameSpace,
                              .key = request.key,
                              .tags = request.tags,
                              .eagerRefresh = request.renewal.eagerRefresh}))
      return done(*std::move(hit));
  fly(std::move(request), executor, std::move(done));
}

void Cache::Engine::getOrComputeMissed(CacheRequest request, Executor& executor, Done done) {
  checkRequest(request);
  fly(std::move(request), executor, std::move(done));
}

void Cache::Engine::fly(CacheRequest request, Executor& executor, Done done) {
  const auto name_space = fullName(request.nameSpace);
  flying_.getOrCompute(std::move(request), name_space, executor, std::move(done));
}

std::optional<CacheResult> Cache::Engine::findFresh(const FreshLookUp& wanted) {
  const auto name_space = fullName(wanted.nameSpace);
  auto hit = lookup_.findLocally(name_space.view(), wanted.key, wanted.tags);
  if (!hit || Flights::isDue(*hit, wanted.eagerRefresh)) return std::nullopt;
  events_.add(Event::hit);
  return hit;
}

void Cache::Engine::getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done) {
  checkRequest(request);
  const auto name_space = fullName(request.nameSpace);
  flying_.getOrComputeMany(std::move(request), name_space, executor, std::move(done));
}

void Cache::Engine::find(CacheRequest request, WhenFound found) {
  const auto asked = std::make_shared<const CacheRequest>(std::move(request));
  lookup_.find(
      fullName(asked->nameSpace).view(), *asked,
      [this, asked, found = std::move(found)](Found what) { found(counted(std::move(what), *asked)); });
}

std::optional<CacheResult> Cache::Engine::find(const CacheRequest& request) {
  std::binary_semaphore looked(0);
  std::optional<CacheResult> hit;
  lookup_.find(fullName(request.nameSpace).view(), request, [&](Found found) {
    hit = counted(std::move(found), request);
    looked.release();
  });
  looked.acquire();  // the backend answers by the deadline, even if its plugin hangs
  return hit;
}

std::optional<CacheResult> Cache::Engine::counted(Found found, const CacheRequest& request) {
  const bool stale = !found.hit && found.stale && -found.stale->ttl < request.maxStale;
  const auto event = found.hit ? Event::hit : stale ? Event::stale : Event::miss;
  events_.add(event);
  if (event == Event::miss && !found.outdatedBy.empty() && options_.onOutdated)
    options_.onOutdated(found.outdatedBy);
  return stale ? std::move(found.stale) : std::move(found.hit);
}

Inspection Cache::Engine::inspect(const CacheRequest& request) {
  return lookup_.inspect(fullName(request.nameSpace).view(), request);
}

void Cache::Engine::invalidate(std::vector<std::string> tags, WhenInvalid done) {
  writer_.invalidate(std::move(tags), std::move(done));
}

void Cache::Engine::set(CacheRequest request, std::string payload, WhenInvalid done) {
  checkRequest(request);
  const auto name_space = fullName(request.nameSpace);
  writer_.set(std::move(request), name_space, std::move(payload), std::move(done));
}

void Cache::Engine::erase(std::string_view short_name, const Key& key, WhenInvalid done) {
  writer_.erase(std::string(fullName(short_name).view()), key, std::move(done));
}

void Cache::Engine::clear(std::string_view short_name, WhenInvalid done) {
  writer_.clear(std::string(fullName(short_name).view()), std::move(done));
}

void Cache::Engine::replaceBackend(std::unique_ptr<Backend> next) {
  const auto cleared = next->perform({.code = OpCode::clearNamespace, .nameSpace = tags_.nameSpace()},
                                     next->in(options_.operationTimeout));
  if (cleared.status != Status::ok)
    throw std::runtime_error("backends." + std::string(next->name()) + ": cannot forget its tags: " +
                             std::string(toString(cleared.status)) + "; old entries would come back");
  if (!backend_->replace(std::move(next), kFormerCloses))
    throw std::runtime_error("the backend that was replaced before is still in use; try again");
}

void Cache::Engine::claimFunctionName(std::string_view name, std::uint64_t types) {
  const std::lock_guard lock(namesMutex_);
  const auto [place, is_new] = functionTypes_.try_emplace(std::string(name), types);
  if (!is_new && place->second != types)
    throw std::invalid_argument("larder::cached(\"" + std::string(name) +
                                "\"): the name stands for a function of other types on this Cache; "
                                "give each function a name of its own");
}

std::vector<std::string> Cache::Engine::finishInvalidations(std::chrono::milliseconds limit) {
  return invalidating_.finish(limit);
}

CacheCounters Cache::Engine::counters() const {
  const auto of = [this](Event event) { return events_.sum(event); };
  return {.hits = of(Event::hit),
          .misses = of(Event::miss),
          .shared = of(Event::shared),
          .flightWaits = of(Event::flightWait),
          .flightTimeouts = of(Event::flightTimeout),
          .stale = of(Event::stale),
          .computations = of(Event::computation),
          .refreshes = of(Event::refresh),
          .refreshFailures = of(Event::refreshFailure),
          .stores = of(Event::store),
          .tooLarge = of(Event::tooLarge),
          .compressed = of(Event::compressed),
          .bytesSaved = of(Event::byteSaved),
          .readFailures = of(Event::readFailure),
          .writeFailures = of(Event::writeFailure),
          .invalidations = of(Event::invalidation),
          .invalidationFailures = of(Event::invalidationFailure),
          .invalidationsRetried = invalidating_.retried(),
          .invalidationsLost = invalidating_.lost(),
          .circuitOpenings = guarded_.breaker().openings(),
          .circuitRefusals = guarded_.breaker().refusals()};
}

CacheState Cache::Engine::state() const {
  return {.invalidationsWaiting = invalidating_.size(), .circuit = guarded_.breaker().state()};
}

}  // namespace larder
