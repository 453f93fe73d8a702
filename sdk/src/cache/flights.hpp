// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_FLIGHTS_HPP
#define LARDER_CACHE_FLIGHTS_HPP

#include <larder/cache.hpp>
#include <larder/worker_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backend/block_pool.hpp"
#include "backend/timers.hpp"
#include "cache/caller.hpp"
#include "cache/entry_writer.hpp"
#include "cache/event_counts.hpp"
#include "cache/host_locks.hpp"
#include "cache/lookup.hpp"
#include "cache/renewal_count.hpp"
#include "cache/single_flight.hpp"

namespace larder {

/// One getOrComputeMany from its call to its answer. Each of its keys is a Caller.
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

/// The engine's middle: who computes a value that the look-up does not find, who waits for it, and until
/// when.
///
///     getOrCompute -> enter -> look up -> hit: answer
///                      |        `-> miss: stamps -> compute (on the caller's executor) -> store -> answer
///                      `-> follow: answered by the leader, or leads when that fails or takes too long
///
/// A stale value answers at once where the request allows it, and a caller of the engine's own goes the way
/// from stamps on in the background. flights.cpp is the way of a call, compute.cpp that of a computation,
/// batch.cpp both for several keys at once; renewal.cpp and across_hosts.cpp are what their names say.
///
/// Thread-safe. A call may end the Cache when it is answered, so nothing is touched after the last answer.
class Flights {
 public:
  /// All must outlive it, and every call.
  Flights(GuardedBackend& backend, Lookup& lookup, EntryWriter& writer, SingleFlight& flights, Timers& timers,
          EventCounts& events, const CacheOptions& options);
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;
  ~Flights() { stopRenewing(); }

  void getOrCompute(CacheRequest request, const FullName& name_space, Executor& executor, Cache::Done done);
  void getOrComputeMany(BatchRequest request, const FullName& name_space, Executor& executor,
                        Cache::BatchDone done);

  /// True for a hit that its request renews already, ahead of its expiry.
  static bool isDue(const CacheResult& hit, double eager_refresh);

  void stopRenewing() { renewals_.stop(); }

 private:
  using Source = CacheResult::Source;
  using Storing = CacheResult::Storing;

  // Some of the keys of a batch.
  struct Part {
    CallerPtr caller;
    std::size_t index = 0;
  };
  struct Parts {
    std::shared_ptr<Batch> batch;
    std::vector<Part> list;
  };

  // flights.cpp: looking up, and who computes
  CallerPtr newCaller(CacheRequest request, const FullName& name_space, Executor& executor, Cache::Done done);
  void enter(const CallerPtr& caller);
  void lead(const CallerPtr& caller);
  // Those whom a flight did not serve go on; after the last answer of the others.
  void goOn(const SingleFlight::Landed& landed);
  // A look-up or a computation begins. Where no other host writes, it serves all who come while it lasts:
  // SingleFlight::outdate keeps those out who come after this host's own changes.
  void mark(Caller& caller);
  void leadAlone(const CallerPtr& caller);
  void waitIsOver(SingleFlight::Expired expired);
  // False if what was found answers the caller, now or later.
  bool mustCompute(const CallerPtr& caller, Found found);

  // flights.cpp: answering a caller and its followers
  void land(const CallerPtr& caller, const PayloadPtr& payload, Storing storing);
  void landHit(const CallerPtr& caller, CacheResult hit);
  // The stale value instead of an error, if there is one that may be served; else false.
  bool landStale(const CallerPtr& caller, Source why);
  static bool mayStandIn(const Caller& caller);
  // The request's renewal with the windows that the value has of its own.
  static Renewal renewalOf(const CacheRequest& request, const CacheResult& value);
  // A copy of the value for the request's recompute; null if it has none.
  static PayloadPtr formerFor(const CacheRequest& request, const CacheResult& value);
  void disband(const CallerPtr& caller, const PayloadPtr& payload, Storing storing);
  void share(const CallerPtr& caller, const PayloadPtr& payload, Storing storing);
  static void answer(Caller& caller, Source source, const PayloadPtr& payload, Storing storing);
  static void answerError(Caller& caller, const std::exception_ptr& error);
  void answerHit(Caller& caller, CacheResult hit);

  // compute.cpp
  void prepare(const CallerPtr& caller);
  void prepareTags(const CallerPtr& caller);
  void compute(CallerPtr caller);
  bool startComputing(const CallerPtr& caller);
  void finish(const CallerPtr& caller, Computed computed);
  // What is to be stored. Null: nothing, and the caller is being answered.
  PayloadPtr settle(const CallerPtr& caller, Computed computed);
  void store(EntryWriter::Value value);
  // `answer` is the caller's own; the others get `error`, if they do not compute.
  using Answer = std::function<void(Caller&)>;
  void fail(const CallerPtr& caller, const std::exception_ptr& error, Answer answer = {});
  // Answers the caller, or all of its flight, with the error or something stale. Who is to compute in its
  // place; null if nobody is.
  CallerPtr giveUp(const CallerPtr& caller, const std::exception_ptr& error, Answer answer = {});
  void handOver(Caller& from, Caller& to);

  // batch.cpp: the same steps for several callers at once, of one batch
  void lookAll(const Parts& parts, Lookup::ThenAll then);
  void enterAll(const Parts& parts);
  void leadAll(const Parts& parts);
  void prepareAll(const Parts& parts);
  void prepareTagsOfAll(const Parts& parts);
  void computeAll(const Parts& parts);
  void finishAll(const Parts& parts, std::vector<Computed> computed);
  void storeAll(std::vector<EntryWriter::Value> values);
  void failAll(const Parts& parts, const std::exception_ptr& error);

  // renewal.cpp
  enum class Renewing { begun, inFlight, notPossible };
  // What the look-up found, if the caller may have it; starts its renewal where that is due.
  std::optional<CacheResult> servable(const Caller& caller, Found& found);
  // Of `former`, which has that version. `then` gets the result of a renewal that begins here.
  Renewing renew(const Caller& caller, const std::vector<TagStamp>& stamps, std::uint64_t version,
                 const CacheResult& former, Cache::Done then = {});
  // Renews in the background. The caller is answered by what comes first, the new value or the end of its
  // patience; a renewal that was in flight before it has had its time.
  void awaitRenewal(const CallerPtr& caller);
  void landRenewed(const CallerPtr& caller, CacheResult result);
  // Another host renews the value. That is no failure.
  void giveUpRenewal(const CallerPtr& renewer);

  // across_hosts.cpp
  // The computation, or first the lock that lets one host compute.
  void begin(const CallerPtr& caller);
  // Another host's value may be there by now.
  void lookAgain(const CallerPtr& caller, std::function<void()> otherwise);
  // Looks for the other host's value with growing pauses, and tries to take its place.
  void awaitOtherHost(const CallerPtr& caller);
  // Before the caller is answered, which may then end the Cache.
  void unlock(const CallerPtr& caller, std::function<void()> then);

  // An empty handle, and no timer, if its thread cannot start.
  Timers::Handle armAfter(std::chrono::milliseconds delay, Timers::Task task);
  // The same for one that nobody cancels; false if it can't be.
  bool later(std::chrono::milliseconds delay, Timers::Task task);

  GuardedBackend& backend_;
  Lookup& lookup_;
  EntryWriter& writer_;
  SingleFlight& flights_;
  Timers& timers_;
  EventCounts& events_;
  const CacheOptions& options_;
  HostLocks locks_;
  RenewalCount renewals_;
  WorkerPool background_;  // last: its threads use all of the above
};

}  // namespace larder

#endif
