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

struct Caller;  // the state of one getOrCompute
using CallerPtr = std::shared_ptr<Caller>;

/// One computation per key at a time: the first caller leads, later ones follow and get its result. Followers
/// are entries in a list, not blocked threads. (The idea and the name come from Go's
/// golang.org/x/sync/singleflight.)
///
/// On a store that other hosts write to, a follower gets only results of steps that began after it joined: an
/// older result may predate a change that another host had completed by then. A flight therefore has a mark
/// for each look-up and computation. When it lands, the followers that joined after the mark of its result
/// form a new flight.
///
/// A follower whose wait ends leads a new flight with the other followers; those wait once more at most. A
/// flight has one timer, for the follower whose wait ends next.
///
/// Thread-safe; no call blocks for long. Continuations run without a lock held.
class SingleFlight {
 public:
  class Flight;
  using FlightPtr = std::shared_ptr<Flight>;
  using Time = std::chrono::nanoseconds;

  /// The number of look-ups and computations that a flight has begun.
  using Mark = std::uint64_t;
  static constexpr Mark kServesAll = std::numeric_limits<Mark>::max();

  struct Options {
    Time hitForMiss{0};  ///< how long a key bypasses single flight after a result that was not cacheable
    Time wait{0};        ///< how long a follower waits
  };

  /// Followers whose wait has ended.
  struct Expired {
    FlightPtr flight;                    ///< the new flight, with the other followers
    CallerPtr leader;                    ///< leads that flight; null: no follower leads
    std::size_t waitingAgain = 0;        ///< followers moved to that flight that wait once more
    std::vector<CallerPtr> exhausted{};  ///< have waited twice
  };

  struct Joined {
    FlightPtr flight;      ///< null: fly alone, since results of this key were not cacheable lately
    bool leading = false;  ///< false: following
  };

  /// Identifies the value that a flight computes. A copy, so that a caller can be destroyed when its executor
  /// drops it.
  struct Names {
    FullName nameSpace;
    std::string key;
    std::vector<std::string> tags;
    bool addsTags = false;  ///< the computation may add tags that are not known yet
  };

  /// Returns whether an invalidation covers a flight's value.
  using Covers = std::function<bool(const Names& of_flight)>;

  SingleFlight(Options options, const Clock& clock, Timers& timers);
  SingleFlight(const SingleFlight&) = delete;
  SingleFlight& operator=(const SingleFlight&) = delete;

  /// Sets the handler for followers whose wait has ended. It runs on the thread of `timers`. Call once,
  /// before any flight.
  void onExpiry(std::function<void(Expired)> expired) { expired_ = std::move(expired); }

  Joined join(const CallerPtr& caller);

  /// Starts a flight for a background refresh, without followers and separate from the key's regular flight.
  /// Returns null if a refresh of that key is in flight.
  FlightPtr renew(const CallerPtr& renewer);

  /// Returns whether a refresh of the caller's key is in flight.
  bool isRenewing(const Caller& caller);

  /// Starts a flight that other callers cannot join.
  FlightPtr alone(const CallerPtr& caller);

  /// The result of ending a flight.
  struct Landed {
    std::vector<CallerPtr> served;  ///< to be answered with its result
    FlightPtr next{};               ///< flight of the followers that joined too late; null if none did
    CallerPtr leader{};             ///< leads `next`
  };

  /// Begins a look-up or computation of the flight. Its result serves the followers that joined before.
  Mark begin(Flight& flight);

  /// Ends the flight with the result of the step that began at mark `began`.
  Landed land(Flight& flight, Mark began);

  /// Ends the flight and returns all of its followers.
  std::vector<CallerPtr> landAll(Flight& flight);

  /// Passes the lead to the next follower after the leader failed. If there is none, ends the flight and
  /// returns null.
  CallerPtr promote(Flight& flight);

  /// Ends a flight whose result must not be shared, and returns its followers, which compute for themselves.
  /// For Options::hitForMiss, requests for that key bypass single flight.
  std::vector<CallerPtr> disband(Flight& flight);

  /// Marks the matching flights outdated. Their results go to their current followers but are not stored, and
  /// later callers start a new flight.
  ///
  /// `then` runs once the values of these flights that are on their way to the backend have arrived, or after
  /// `limit`: inline if there are none, else on another thread. Without this wait, such a write could reach
  /// the backend after the caller's next one.
  void outdate(const Covers& covers, Time limit, std::function<void()> then);

  /// Closes all flights whose tags are not known yet, so that later callers do not join them: the tag that
  /// was just invalidated may be one of theirs. Whether such a flight's value is stored is decided once its
  /// tags are known.
  void closeUnknown();

  /// Bracket the write of a flight's value. beginStore() returns false if the flight is outdated and its
  /// value must not be written. endStore() returns false if the flight became outdated meanwhile.
  bool beginStore(Flight& flight);
  bool endStore(Flight& flight);

 private:
  // Identifies a flight in `flights_`; borrows from the flight's names.
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
  struct Arrivals;  // stores at the backend that outdate() waits for

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
  Map<const Flight*> closed_;  // flights that no caller can join
  std::unordered_map<std::string, Time> aloneUntil_;
};

/// Opaque except to SingleFlight, whose lock guards it.
class SingleFlight::Flight final : public Timers::Timer {
 public:
  Flight(SingleFlight& owner, Names names, bool renewal)
      : owner_(owner), names_(std::move(names)), renewal_(renewal) {}
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  /// The number of failed computations. Only the leader accesses it.
  int failures = 0;

 private:
  friend class SingleFlight;

  struct Waiter {
    CallerPtr caller;
    Time until{0};
    Mark after = 0;      // the flight's mark when the caller joined
    bool moved = false;  // to this flight, from the one it joined
    bool again = false;  // is waiting for the second time
  };

  void fire() noexcept override;
  void drop() noexcept override;

  SingleFlight& owner_;
  const Names names_;
  const bool renewal_;
  bool noneWaits() const { return first_ == waiters_.size(); }
  Waiter& front() { return waiters_[first_]; }
  Waiter popFront();

  std::vector<Waiter> waiters_;  // by end of wait; those before first_ are gone
  std::size_t first_ = 0;
  Mark mark_ = 0;
  FlightPtr armed_;  // itself, while its timer is armed or about to fire
  bool outdated_ = false;
  bool storing_ = false;
  std::vector<std::shared_ptr<Arrivals>> awaited_;
};

}  // namespace larder

#endif
