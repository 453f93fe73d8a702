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

/// The state of one getOrComputeMany from call to answer. Each of its keys is a Caller.
struct Batch {
  explicit Batch(std::size_t size) : results(size), unanswered(size) {}

  // Returns the values of the keys with these indices. Throws if `compute` returns a different number of
  // values.
  std::vector<Computed> computed(std::span<const std::size_t> missing) const;
  void answer(std::size_t index, CacheResult result);

  BatchCompute compute;
  Cache::BatchDone done;
  std::vector<CacheResult> results;
  std::atomic<std::size_t> unanswered;
};

/// The engine's core: decides which caller computes a missing value, which callers wait for it, and for how
/// long.
///
///     getOrCompute -> enter -> look up -> hit: answer
///                      |        `-> miss: stamps -> compute (on the caller's executor) -> store -> answer
///                      `-> follow: answered by the leader, or leads when that fails or takes too long
///
/// Where the request allows it, a stale value answers at once, and a caller of the engine's own takes the
/// path from the stamps onward in the background. flights.cpp holds the path of a call, compute.cpp that of a
/// computation, and batch.cpp both for several keys at once; renewal.cpp and across_hosts.cpp hold background
/// refreshes and locks across hosts.
///
/// Thread-safe. A caller may destroy the Cache as soon as it is answered, so no member is touched after the
/// last answer.
class Flights {
 public:
  /// All references are borrowed and must outlive this object and every call.
  Flights(GuardedBackend& backend, Lookup& lookup, EntryWriter& writer, SingleFlight& flights, Timers& timers,
          EventCounts& events, const CacheOptions& options);
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;
  ~Flights() { stopRenewing(); }

  void getOrCompute(CacheRequest request, const FullName& name_space, Executor& executor, Cache::Done done);
  void getOrComputeMany(BatchRequest request, const FullName& name_space, Executor& executor,
                        Cache::BatchDone done);

  /// Returns true if a hit is due for a refresh ahead of its expiry.
  static bool isDue(const CacheResult& hit, double eager_refresh);

  void stopRenewing() { renewals_.stop(); }

 private:
  using Source = CacheResult::Source;
  using Storing = CacheResult::Storing;

  // A subset of a batch's keys.
  struct Part {
    CallerPtr caller;
    std::size_t index = 0;
  };
  struct Parts {
    std::shared_ptr<Batch> batch;
    std::vector<Part> list;
  };

  // flights.cpp: look-ups, and the choice of the caller that computes
  CallerPtr newCaller(CacheRequest request, const FullName& name_space, Executor& executor, Cache::Done done);
  void enter(const CallerPtr& caller);
  void lead(const CallerPtr& caller);
  // Starts the flight of the followers that this flight did not serve. Called after the last answer to the
  // others.
  void goOn(const SingleFlight::Landed& landed);
  // Marks the start of a look-up or computation. Where no other host writes, its result serves all callers
  // that join until it lands: SingleFlight::outdate already excludes callers that arrive after this host's
  // own changes.
  void mark(Caller& caller);
  void leadAlone(const CallerPtr& caller);
  void waitIsOver(SingleFlight::Expired expired);
  // Returns false if the found value answers the caller, now or later.
  bool mustCompute(const CallerPtr& caller, Found found);

  // flights.cpp: answering a caller and its followers
  void land(const CallerPtr& caller, const PayloadPtr& payload, Storing storing);
  void landHit(const CallerPtr& caller, CacheResult hit);
  // Answers with the stale value instead of an error. Returns false if there is none that may be served.
  bool landStale(const CallerPtr& caller, Source why);
  static bool mayStandIn(const Caller& caller);
  // Returns the request's renewal options, with the stale windows that the value itself carries.
  static Renewal renewalOf(const CacheRequest& request, const CacheResult& value);
  // Returns a copy of the value for CacheRequest::recompute; null if the request has no such function.
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
  // Returns the payload to store. Null: nothing is to be stored, and the caller is being answered.
  PayloadPtr settle(const CallerPtr& caller, Computed computed);
  void store(EntryWriter::Value value);
  // `answer` replaces the error for the caller itself; followers that do not compute get `error`.
  using Answer = std::function<void(Caller&)>;
  void fail(const CallerPtr& caller, const std::exception_ptr& error, Answer answer = {});
  // Answers the caller, or its whole flight, with a stale value or the error. Returns the follower that
  // computes in its place; null if there is none.
  CallerPtr giveUp(const CallerPtr& caller, const std::exception_ptr& error, Answer answer = {});
  void handOver(Caller& from, Caller& to);

  // batch.cpp: the same steps for several callers of one batch
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
  // Returns the found value if the caller may have it, and starts its refresh if one is due.
  std::optional<CacheResult> servable(const Caller& caller, Found& found);
  // Starts a refresh of `former`, which has this version. `then` receives the result of a refresh that begins
  // here.
  Renewing renew(const Caller& caller, const std::vector<TagStamp>& stamps, std::uint64_t version,
                 const CacheResult& former, Cache::Done then = {});
  // Starts a background refresh. The caller is answered with the new value, or with the stale one once its
  // soft timeout ends. If a refresh was already in flight, it has had its time, and the stale value answers
  // at once.
  void awaitRenewal(const CallerPtr& caller);
  void landRenewed(const CallerPtr& caller, CacheResult result);
  // Ends a refresh because another host is refreshing the value. This does not count as a failure.
  void giveUpRenewal(const CallerPtr& renewer);

  // across_hosts.cpp
  // Takes the lock across hosts if the request asks for it, then computes.
  void begin(const CallerPtr& caller);
  // Repeats the look-up, since another host may have stored the value meanwhile.
  void lookAgain(const CallerPtr& caller, std::function<void()> otherwise);
  // Polls for the other host's value with growing pauses, and tries to take over its lock.
  void awaitOtherHost(const CallerPtr& caller);
  // Releases the lock, then calls `then`. Runs before the caller is answered, because the answer may end the
  // Cache.
  void unlock(const CallerPtr& caller, std::function<void()> then);

  // Arms a timer. Returns an empty handle, without a timer, if the timer thread cannot start.
  Timers::Handle armAfter(std::chrono::milliseconds delay, Timers::Task task);
  // The same for a timer that is never cancelled. Returns false if it cannot be armed.
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
