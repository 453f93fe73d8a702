// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_SINGLE_FLIGHT_HPP
#define LARDER_CACHE_SINGLE_FLIGHT_HPP

#include <larder/host_services.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backend/block_pool.hpp"
#include "backend/timers.hpp"
#include "cache/full_name.hpp"

namespace larder {

struct Caller;  // one getOrCompute
using CallerPtr = std::shared_ptr<Caller>;

/// One computation per key at a time: the first caller leads, later ones follow and get its result. Followers
/// are entries in a list, not waiting threads. (The idea and its name: Go's golang.org/x/sync/singleflight.)
///
/// On a store that other hosts write to, a follower gets only what was begun after it came: what began before
/// may be older than a change that another host had finished by then. So a flight has marks, one for each
/// look-up and computation, and when it lands, those who came after its last mark fly again together.
///
/// A follower that has waited too long leads a new flight with the other followers; those wait once more, and
/// no longer. A flight has one timer, for the follower whose wait ends next.
///
/// Thread-safe; every call is short. What is told by continuation is told without a lock held.
class SingleFlight {
 public:
  class Flight;
  using FlightPtr = std::shared_ptr<Flight>;
  using Time = std::chrono::nanoseconds;

  /// Of a flight: grows with each look-up and computation that begins.
  using Mark = std::uint64_t;
  static constexpr Mark kServesAll = std::numeric_limits<Mark>::max();

  struct Options {
    Time hitForMiss{0};  ///< how long nobody follows on a key whose result was not cacheable
    Time wait{0};        ///< how long a follower waits
  };

  /// Followers whose wait is over.
  struct Expired {
    FlightPtr flight;                    ///< the new one, with the other followers
    CallerPtr leader;                    ///< of that flight; null: no follower leads
    std::size_t waitingAgain = 0;        ///< how many found that another leads, and wait once more
    std::vector<CallerPtr> exhausted{};  ///< have waited twice
  };

  struct Joined {
    FlightPtr flight;      ///< null: fly alone, results of this key were not cacheable lately
    bool leading = false;  ///< else following
  };

  /// What a flight computes. Its own copy, since a caller whose executor drops it must be able to go.
  struct Names {
    FullName nameSpace;
    std::string key;
    std::vector<std::string> tags;
    bool addsTags = false;  ///< perhaps: nobody knows yet
  };

  /// Of what invalidations make stale: tells whether a flight computes it.
  using Covers = std::function<bool(const Names& of_flight)>;

  SingleFlight(Options options, const Clock& clock, Timers& timers);
  SingleFlight(const SingleFlight&) = delete;
  SingleFlight& operator=(const SingleFlight&) = delete;

  /// Who is told of followers whose wait is over, on the thread of `timers`. Once, before any flight.
  void onExpiry(std::function<void(Expired)> expired) { expired_ = std::move(expired); }

  Joined join(const CallerPtr& caller);

  /// Leads a renewal, in the background, without followers and apart from the flight of the same key; null if
  /// one of that key is in flight.
  FlightPtr renew(const CallerPtr& renewer);

  /// Whether a renewal of the caller's key is in flight.
  bool isRenewing(const Caller& caller);

  /// A flight of one, without followers.
  FlightPtr alone(const CallerPtr& caller);

  /// A flight that has ended.
  struct Landed {
    std::vector<CallerPtr> served;  ///< are to be answered with its result
    FlightPtr next{};               ///< of those who came too late for it; null if nobody did
    CallerPtr leader{};             ///< of that flight
  };

  /// A look-up or a computation of the flight begins now. What it brings is for those who came before.
  Mark begin(Flight& flight);

  /// The flight succeeded with what began at that mark: it ends.
  Landed land(Flight& flight, Mark began);

  /// The flight ends, whoever follows.
  std::vector<CallerPtr> landAll(Flight& flight);

  /// The leader failed: the next follower leads; null if there is none, and the flight ends.
  CallerPtr promote(Flight& flight);

  /// The result was not for sharing: the flight ends, the followers compute for themselves, and for a while
  /// nobody follows on that key.
  std::vector<CallerPtr> disband(Flight& flight);

  /// What the matching flights compute is outdated already: it is given to those who wait for it, but not
  /// stored, and later callers start anew.
  ///
  /// `then` runs when the values of these flights that are on their way to the backend have arrived there, or
  /// after `limit`: at once if there are none, else on another thread. A write that is in flight could come
  /// after the caller's next one.
  void outdate(const Covers& covers, Time limit, std::function<void()> then);

  /// Later callers join no flight whose tags are not known: the tag invalidated just now may be one of them.
  /// Whether its value is stored is decided when its tags are known.
  void closeUnknown();

  /// Around the write of a flight's value. Begin: false if it is outdated and must not be written. End: false
  /// if it was outdated meanwhile.
  bool beginStore(Flight& flight);
  bool endStore(Flight& flight);

 private:
  // What a flight is found by; borrowed from its names.
  struct Id {
    std::string_view nameSpace;
    std::string_view key;
    bool renewal = false;
    bool operator==(const Id&) const = default;
  };
  struct HashOfId {
    std::size_t operator()(const Id& id) const noexcept;
  };
  template <class Key, class Hash = std::hash<Key>>
  using Map = std::unordered_map<Key, FlightPtr, Hash, std::equal_to<Key>,
                                 BlockAllocator<std::pair<const Key, FlightPtr>>>;
  struct Arrivals;  // of values at the backend, which outdate() waits for

  static Id idOf(const Caller& caller, bool renewal);
  static Id idOf(const Flight& flight);
  FlightPtr make(const CallerPtr& caller, bool renewal);
  bool isAlone(const Caller& caller, Time now);
  bool arm(const FlightPtr& flight, Time due);
  void disarm(Flight& flight);
  void waitIsOver(Flight& fired);
  void succeed(const FlightPtr& flight, Expired& expired);
  void takeOff(const FlightPtr& next);
  std::vector<CallerPtr> end(Flight& flight);
  static std::string textOf(const Id& id);

  const Options options_;
  const Clock& clock_;
  Timers& timers_;
  std::function<void(Expired)> expired_;
  std::mutex mutex_;
  Map<Id, HashOfId> flights_;
  Map<const Flight*> closed_;  // flights that nobody can join
  std::unordered_map<std::string, Time> aloneUntil_;
};

/// Opaque but for SingleFlight, whose lock guards it.
class SingleFlight::Flight final : public Timers::Timer {
 public:
  Flight(SingleFlight& owner, Names names, bool renewal)
      : owner_(owner), names_(std::move(names)), renewal_(renewal) {}
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  /// How often its computation has failed; the leader's to count.
  int failures = 0;

 private:
  friend class SingleFlight;

  struct Waiter {
    CallerPtr caller;
    Time until{0};
    Mark after = 0;      // the flight's last one when the caller came
    bool moved = false;  // to this flight, from the one it was joined for
    bool again = false;  // waits for the second time
  };

  void fire() noexcept override;
  void drop() noexcept override;

  SingleFlight& owner_;
  const Names names_;
  const bool renewal_;
  bool noneWaits() const { return first_ == waiters_.size(); }
  Waiter& front() { return waiters_[first_]; }
  Waiter popFront();

  std::vector<Waiter> waiters_;  // in the order in which their waits end; those before first_ are gone
  std::size_t first_ = 0;
  Mark mark_ = 0;
  FlightPtr armed_;  // itself, while its timer is armed or about to fire
  bool outdated_ = false;
  bool storing_ = false;
  std::vector<std::shared_ptr<Arrivals>> awaited_;
};

}  // namespace larder

#endif
