// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_ENGINE_HPP
#define LARDER_CACHE_ENGINE_HPP

#include <larder/cache.hpp>
#include <larder/worker_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/host_locks.hpp"
#include "cache/lookup.hpp"
#include "cache/renewal_count.hpp"
#include "cache/single_flight.hpp"
#include "guard/guarded_backend.hpp"
#include "tags/change_marks.hpp"
#include "tags/invalidation_queue.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

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
  std::optional<std::chrono::nanoseconds> lockPatience{};  // until when to wait for another host's
  std::chrono::milliseconds lockPause{0};                  // before the next look
  ChangeMarks::Marks marks{};                              // read before a computation that may add tags
  std::optional<Elsewhere> elsewhere{};                    // of what was computed
};

/// One getOrComputeMany on its way. Each of its keys is a Caller.
struct Batch {
  explicit Batch(std::size_t size) : results(size), unanswered(size) {}

  // Of the keys with these indices; throws if it is not as many as were asked for.
  std::vector<Computed> computed(std::span<const std::size_t> missing) const;
  void answer(std::size_t index, CacheResult result);

  BatchCompute compute;
  Cache::BatchDone done;
  std::vector<CacheResult> results;
  std::atomic<std::size_t> unanswered;
};

/// What a Cache does, in parts: engine.cpp is the way of a call, engine_store.cpp its last step,
/// engine_many.cpp the way of a call for several keys; engine_renewal.cpp, engine_added_tags.cpp,
/// engine_host_lock.cpp and engine_invalidation.cpp are what their names say.
class Cache::Engine {
 public:
  Engine(std::shared_ptr<Backend> backend, CacheOptions options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() { stopRenewing(); }

  void getOrCompute(CacheRequest request, Executor& executor, Done done);
  std::optional<CacheResult> findFresh(const FreshLookUp& wanted);
  void find(CacheRequest request, WhenFound found);
  void getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done);
  std::optional<CacheResult> find(const CacheRequest& request);
  Inspection inspect(const CacheRequest& request);

  Status invalidate(std::span<const std::string> tags);
  Status erase(std::string_view short_name, const Key& key);
  Status clear(std::string_view short_name);
  void replaceBackend(std::unique_ptr<Backend> next);

  void stopRenewing() { renewals_.stop(); }
  CacheCounters counters() const;
  CacheState state() const;
  Backend& backend() { return *backend_; }
  const CacheOptions& options() const { return options_; }

 private:
  using Source = CacheResult::Source;
  using Storing = CacheResult::Storing;
  using Counter = std::atomic<std::uint64_t>;
  using PayloadPtr = std::shared_ptr<const std::string>;

  // Some of the keys of a batch.
  struct Part {
    CallerPtr caller;
    std::size_t index = 0;
  };
  struct Parts {
    std::shared_ptr<Batch> batch;
    std::vector<Part> list;
  };

  // engine.cpp: looking up, and who computes
  std::string fullName(std::string_view name_space) const;
  // What of it still holds for the tags that its computation added.
  std::optional<CacheResult> withAddedTagsCompared(FoundFresh found);
  // `then` must keep the request. Nothing is found of what an invalidation covers that the backend has not
  // taken yet.
  void look(const std::string& name_space, const CacheRequest& request, std::function<void(Found)> then);
  static FlightName flightOf(const Caller& caller);
  void enter(const CallerPtr& caller);
  // One that waited too long for the leader takes his place; the others then wait once more, and no longer.
  void follow(const CallerPtr& caller, const SingleFlight::FlightPtr& flight);
  void lead(const CallerPtr& caller);
  // False if what was found answers the caller, now or later.
  bool mustCompute(const CallerPtr& caller, Found found);
  void leadAlone(const CallerPtr& caller);

  // engine.cpp: computing
  // A tag gets its stamp before the computation begins, so that an invalidation meanwhile shows.
  void prepare(const CallerPtr& caller);
  void compute(CallerPtr caller);
  bool startComputing(const CallerPtr& caller);
  void finish(const CallerPtr& caller, Computed computed);
  // What is to be stored. Null: nothing, and the caller is being answered.
  PayloadPtr settle(const CallerPtr& caller, Computed computed);
  // Without a reason, the flight's store has begun.
  std::optional<Storing> reasonNotToStore(const Caller& caller, const std::string& payload);
  void fail(const CallerPtr& caller, const std::exception_ptr& error);
  // Answers him with the error, or something stale. Who is to compute in his place; null if nobody is.
  CallerPtr giveUp(const CallerPtr& caller, const std::exception_ptr& error);

  // engine.cpp: answering the caller and those who follow him
  void land(const CallerPtr& caller, const PayloadPtr& payload, Storing storing);
  void landHit(const CallerPtr& caller, CacheResult hit);
  // The value of before instead of an error, if there is one that may be served; else false.
  bool landStale(const CallerPtr& caller, Source why);
  static bool mayStandIn(const Caller& caller);
  void disband(const CallerPtr& caller, const PayloadPtr& payload);
  void share(const CallerPtr& caller, const PayloadPtr& payload, Storing storing);
  static void answer(Caller& caller, Source source, const PayloadPtr& payload, Storing storing);
  void answerHit(Caller& caller, CacheResult hit);

  // engine_many.cpp: the same steps for several callers at once, of one batch
  void lookAll(const Parts& parts, std::function<void(std::vector<Found>)> then);
  void enterAll(const Parts& parts);
  void leadAll(const Parts& parts);
  void prepareAll(const Parts& parts);
  void computeAll(const Parts& parts);
  void finishAll(const Parts& parts, std::vector<Computed> computed);
  void failAll(const Parts& parts, const std::exception_ptr& error);

  // engine_store.cpp
  struct Storable {
    CallerPtr caller;
    PayloadPtr payload;
  };
  // Together, in one round trip.
  void store(const std::vector<Storable>& values);
  Operation setOf(const Storable& value);
  Operation signOf(const Caller& caller) const;
  // The bytes to store: an entry, compressed where the request or the options want it and it pays.
  std::string entryOf(const Storable& value, std::chrono::milliseconds fresh, std::chrono::milliseconds kept);
  void stored(const Storable& value, const Outcome& outcome);
  // At least 1 ms, whatever chance takes away.
  std::chrono::milliseconds lifetimeOf(const CacheRequest& request) const;
  // An invalidation came between the last look and the write, which may have undone it.
  void takeBack(const CallerPtr& caller, const PayloadPtr& payload);

  // engine_added_tags.cpp
  // What was found has tags that the request did not name: nothing, if one of them is stale.
  void checkAddedTags(Found found, std::function<void(Found)> then);
  void readMarks(const CallerPtr& caller);
  // `then` is told whether the value may be stored, with these tags too.
  void addTags(const CallerPtr& caller, const std::vector<std::string>& tags, std::function<void(bool)> then);

  // engine_renewal.cpp
  enum class Renewing { begun, underWay, notPossible };
  // What the look-up found, if the caller may have it; starts its renewal where that is due.
  std::optional<CacheResult> servable(const Caller& caller, Found& found);
  static bool isDue(const CacheResult& hit, double eager_refresh);
  // `then` gets what a renewal that begins here comes to.
  Renewing renew(const Caller& caller, const std::vector<TagStamp>& stamps, Done then = {});
  bool renewing(const Caller& caller) const { return &caller.executor == &background_; }
  // Renews in the background. The caller is answered by what comes first, the new value or the end of his
  // patience; a renewal that was under way before him has had its time.
  void awaitRenewal(const CallerPtr& caller);
  void landRenewed(const CallerPtr& caller, CacheResult result);
  // Another host renews the value. That is no failure.
  void giveUpRenewal(const CallerPtr& renewer);

  // engine_host_lock.cpp
  // The computation, or first the lock that lets one host compute.
  void begin(const CallerPtr& caller);
  // Another host's value may be there by now.
  void lookAgain(const CallerPtr& caller, std::function<void()> otherwise);
  // Looks for the other host's value with growing pauses, and tries to take its place.
  void awaitOtherHost(const CallerPtr& caller);
  // Before the caller is answered, who may then end the Cache.
  void unlock(const CallerPtr& caller, std::function<void()> then);

  // engine_invalidation.cpp
  Status invalidate(std::span<const StaleScope> scopes,
                    const std::function<bool(const FlightName&)>& covered);

  const std::shared_ptr<Backend> backend_;
  const CacheOptions options_;
  GuardedBackend guarded_;
  TagStamps tags_;
  ChangeMarks marks_;
  InvalidationQueue invalidating_;
  HostLocks locks_;
  SingleFlight flights_;
  RenewalCount renewals_;
  Counter hits_{0}, misses_{0}, shared_{0}, flightWaits_{0}, flightTimeouts_{0}, stale_{0}, computations_{0},
      refreshes_{0}, refreshFailures_{0}, stores_{0}, tooLarge_{0}, compressed_{0}, bytesSaved_{0},
      readFailures_{0}, writeFailures_{0}, invalidations_{0}, invalidationFailures_{0};
  WorkerPool background_;  // last: its threads use all of the above
};

}  // namespace larder

#endif
