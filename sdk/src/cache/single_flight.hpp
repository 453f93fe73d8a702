// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_SINGLE_FLIGHT_HPP
#define LARDER_CACHE_SINGLE_FLIGHT_HPP

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace larder {

struct Caller;  // one getOrCompute, defined by the engine
using CallerPtr = std::shared_ptr<Caller>;

/// What names a flight: the key, and by what it can be outdated.
struct FlightName {
  std::string nameSpace;
  std::string key;
  std::vector<std::string> tags;
  bool renewal = false;   ///< in the background; has no followers, and nothing to do with a flight that has
  bool addsTags = false;  ///< perhaps: nobody knows yet
};

/// One computation per key at a time: the first caller leads, later ones follow and get his result. Followers
/// are entries in a list, not waiting threads. (The idea and its name: Go's golang.org/x/sync/singleflight.)
///
/// Thread-safe; every call is short.
class SingleFlight {
 public:
  class Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  struct Joined {
    FlightPtr flight;      ///< null: fly alone, results of this key were not cacheable lately
    bool leading = false;  ///< else following
  };

  explicit SingleFlight(std::chrono::milliseconds hit_for_miss) : hitForMiss_(hit_for_miss) {}

  Joined join(const FlightName& name, const CallerPtr& caller, std::chrono::nanoseconds now);

  /// Leads a renewal; null if one of that name is under way.
  FlightPtr renew(const FlightName& name);

  /// A flight of one, without followers.
  FlightPtr alone(const FlightName& name);

  /// A follower waited too long for his leader: he leads a new flight with the other followers, or follows
  /// whoever else did that before him; without a flight he is no longer waiting. The leader of before goes on
  /// alone.
  Joined succeed(const FlightPtr& flight, const CallerPtr& follower);

  /// A follower who waited too long goes his own way; false if he is no longer waiting.
  bool leave(const FlightPtr& flight, const CallerPtr& follower);

  /// The flight succeeded: it ends, and its followers are to be answered.
  std::vector<CallerPtr> land(Flight& flight);

  /// The leader failed: the next follower leads; null if there is none, and the flight ends.
  CallerPtr promote(Flight& flight);

  /// The result was not for sharing: the flight ends, the followers compute for themselves, and for a while
  /// nobody follows on that key.
  std::vector<CallerPtr> disband(Flight& flight, std::chrono::nanoseconds now);

  /// What the matching flights compute is outdated already: it is given to those who wait for it, but not
  /// stored, and whoever comes from now on starts anew.
  /// Waits for those whose value is on its way to the backend, for at most `limit`: a write that is under way
  /// could come after whatever the caller does next.
  void outdate(const std::function<bool(const FlightName&)>& matches, std::chrono::milliseconds limit);

  /// Whoever comes from now on joins no flight whose tags are not known: what was invalidated just now may
  /// be one of them. Whether its value is stored is for others to know.
  void closeUnknown();

  /// Around the write of a flight's value. Begin: false if it is outdated and must not be written. End: false
  /// if it was outdated meanwhile.
  bool beginStore(Flight& flight);
  bool endStore(Flight& flight);

 private:
  std::vector<CallerPtr> end(Flight& flight);
  static FlightPtr latest(FlightPtr flight);
  static std::string mapKey(const FlightName& name);

  const std::chrono::nanoseconds hitForMiss_;
  std::mutex mutex_;
  std::condition_variable stored_;
  std::unordered_map<std::string, FlightPtr> flights_;
  std::unordered_map<const Flight*, FlightPtr> loners_;  // flights that nobody can join
  std::unordered_map<std::string, std::chrono::nanoseconds> aloneUntil_;
};

/// Opaque but for SingleFlight, whose lock guards it.
class SingleFlight::Flight {
  friend class SingleFlight;
  FlightName name_;
  std::deque<CallerPtr> followers_;
  FlightPtr successor_;  // that has the followers now
  bool outdated_ = false;
  bool storing_ = false;
};

}  // namespace larder

#endif
