// SPDX-License-Identifier: Apache-2.0
#include "cache/single_flight.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <system_error>
#include <utility>

#include "backend/completion_thread.hpp"
#include "cache/caller.hpp"

namespace larder {
namespace {

// Bounds the memory for keys whose results are not cacheable. Forgetting a key only costs one more wait.
constexpr std::size_t kMaxAlone = 10'000;

}  // namespace

// Runs `then` once several flights' stores have ended or a time limit has passed.
struct SingleFlight::Arrivals {
  std::atomic<std::size_t> missing{0};
  std::atomic<bool> over{false};
  std::function<void()> then;
  Timers::Handle limit;

  void finish() {
    if (over.exchange(true)) return;
    const auto next = std::move(then);
    next();
  }
  void arrived() {
    if (missing.fetch_sub(1) != 1) return;
    limit.cancel();
    finish();
  }
};

void SingleFlight::Flight::fire() noexcept {
  const CompletionScope here;
  owner_.waitIsOver(*this);
}

void SingleFlight::Flight::drop() noexcept { const auto self = std::move(armed_); }

// Advances an index instead of erasing the front, since failing leaders may promote many followers one by
// one.
SingleFlight::Flight::Waiter SingleFlight::Flight::popFront() {
  auto waiter = std::move(waiters_[first_++]);
  if (noneWaits()) {
    waiters_.clear();
    first_ = 0;
  }
  return waiter;
}

std::size_t SingleFlight::HashOfId::operator()(const Id& id) const noexcept {
  const auto space = XXH3_64bits(id.nameSpace.data(), id.nameSpace.size());
  return XXH3_64bits_withSeed(id.key.data(), id.key.size(), space + (id.renewal ? 1 : 0));
}

SingleFlight::SingleFlight(Options options, const Clock& clock, Timers& timers)
    : options_(options), clock_(clock), timers_(timers) {}

SingleFlight::Id SingleFlight::idOf(const Caller& caller, bool renewal) {
  return {caller.nameSpace.view(), caller.request.key.full(), renewal};
}

SingleFlight::Id SingleFlight::idOf(const Flight& flight) {
  return {flight.names_.nameSpace.view(), flight.names_.key, flight.renewal_};
}

std::string SingleFlight::textOf(const Id& id) {
  return std::to_string(id.nameSpace.size()) + ':' + std::string(id.nameSpace) + std::string(id.key);
}

SingleFlight::FlightPtr SingleFlight::make(const CallerPtr& caller, bool renewal) {
  const auto& request = caller->request;
  return std::allocate_shared<Flight>(
      BlockAllocator<Flight>(), *this,
      Names{caller->nameSpace, request.key.full(), request.tags, request.addsTags}, renewal);
}

bool SingleFlight::isAlone(const Caller& caller, Time now) {
  if (aloneUntil_.empty()) return false;
  const auto alone = aloneUntil_.find(textOf(idOf(caller, false)));
  if (alone == aloneUntil_.end()) return false;
  if (now < alone->second) return true;
  aloneUntil_.erase(alone);
  return false;
}

SingleFlight::Joined SingleFlight::join(const CallerPtr& caller) {
  const auto now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (isAlone(*caller, now)) return {};
  const auto place = flights_.find(idOf(*caller, false));
  if (place == flights_.end()) {
    auto flight = make(caller, false);
    flights_.emplace(idOf(*flight), flight);
    return {std::move(flight), true};
  }
  const auto& flight = place->second;
  // Without a timer a follower could wait forever, so the caller flies alone instead.
  if (flight->noneWaits() && !arm(flight, now + options_.wait)) return {};
  flight->waiters_.push_back({caller, now + options_.wait, flight->mark_});
  return {flight, false};
}

SingleFlight::FlightPtr SingleFlight::renew(const CallerPtr& renewer) {
  const std::lock_guard lock(mutex_);
  const auto id = idOf(*renewer, true);
  if (flights_.contains(id)) return nullptr;
  auto flight = make(renewer, true);
  flights_.emplace(idOf(*flight), flight);
  return flight;
}

bool SingleFlight::isRenewing(const Caller& caller) {
  const std::lock_guard lock(mutex_);
  return flights_.contains(idOf(caller, true));
}

SingleFlight::FlightPtr SingleFlight::alone(const CallerPtr& caller) {
  const std::lock_guard lock(mutex_);
  auto flight = make(caller, false);
  closed_.emplace(flight.get(), flight);
  return flight;
}

// A flight whose timer is about to fire is rearmed by waitIsOver().
bool SingleFlight::arm(const FlightPtr& flight, Time due) {
  if (flight->armed_ != nullptr) return true;
  try {
    flight->armed_ = flight;
    timers_.arm(*flight, due);
    return true;
  } catch (const std::system_error&) {
    flight->armed_.reset();
    return false;
  }
}

void SingleFlight::disarm(Flight& flight) {
  if (flight.armed_ != nullptr && timers_.cancel(flight)) flight.drop();
}

void SingleFlight::waitIsOver(Flight& fired) {
  Expired expired;
  FlightPtr flight;  // destroyed after the lock is released
  {
    const auto now = clock_.monotonic();
    const std::lock_guard lock(mutex_);
    flight = std::move(fired.armed_);
    while (!flight->noneWaits() && flight->front().until <= now && expired.leader == nullptr) {
      auto waiter = flight->popFront();
      if (waiter.again) {
        expired.exhausted.push_back(std::move(waiter.caller));
      } else if (waiter.moved) {
        flight->waiters_.push_back({std::move(waiter.caller), now + options_.wait, waiter.after, true, true});
        ++expired.waitingAgain;
      } else {
        expired.leader = std::move(waiter.caller);
      }
    }
    if (expired.leader != nullptr)
      succeed(flight, expired);
    else if (!flight->noneWaits())
      arm(flight, flight->front().until);
  }
  expired_(std::move(expired));
}

// Moves the followers to a new flight. The previous leader continues alone.
void SingleFlight::succeed(const FlightPtr& flight, Expired& expired) {
  auto next = make(expired.leader, false);
  next->waiters_ = std::exchange(flight->waiters_, {});
  next->first_ = std::exchange(flight->first_, 0);
  for (auto& waiter : next->waiters_) {
    waiter.moved = true;
    waiter.after = 0;
  }
  next->outdated_ = flight->outdated_;
  if (!next->noneWaits()) arm(next, next->front().until);
  const auto place = flights_.find(idOf(*expired.leader, false));
  if (place != flights_.end() && place->second == flight) {
    flights_.erase(place);  // the map's key is borrowed from this flight's names
    flights_.emplace(idOf(*next), next);
    closed_.emplace(flight.get(), flight);
  } else {
    closed_.emplace(next.get(), next);
  }
  expired.flight = std::move(next);
}

SingleFlight::Mark SingleFlight::begin(Flight& flight) {
  const std::lock_guard lock(mutex_);
  return ++flight.mark_;
}

SingleFlight::Landed SingleFlight::land(Flight& flight, Mark began) {
  Landed landed;
  const std::lock_guard lock(mutex_);
  const auto waiting = flight.waiters_.begin() + static_cast<std::ptrdiff_t>(flight.first_);
  const auto late = std::stable_partition(waiting, flight.waiters_.end(),
                                          [began](const auto& waiter) { return waiter.after < began; });
  if (late != flight.waiters_.end()) {
    landed.next = make(late->caller, false);
    landed.next->waiters_.assign(std::make_move_iterator(late),
                                 std::make_move_iterator(flight.waiters_.end()));
    flight.waiters_.erase(late, flight.waiters_.end());
    landed.leader = landed.next->popFront().caller;
  }
  landed.served = end(flight);
  if (landed.next != nullptr) takeOff(landed.next);
  return landed;
}

// Restarts every follower's full wait: the time spent on the previous flight does not count against this one.
// If the previous flight was outdated, later callers may already have a flight of their own.
void SingleFlight::takeOff(const FlightPtr& next) {
  for (auto& waiter : next->waiters_) {
    waiter.after = 0;
    waiter.until = clock_.monotonic() + options_.wait;
  }
  if (!next->noneWaits()) arm(next, next->front().until);
  if (!flights_.emplace(idOf(*next), next).second) closed_.emplace(next.get(), next);
}

std::vector<CallerPtr> SingleFlight::landAll(Flight& flight) {
  const std::lock_guard lock(mutex_);
  return end(flight);
}

CallerPtr SingleFlight::promote(Flight& flight) {
  const std::lock_guard lock(mutex_);
  if (flight.noneWaits()) {
    end(flight);
    return nullptr;
  }
  auto next = flight.popFront().caller;
  if (flight.noneWaits()) disarm(flight);
  return next;
}

std::vector<CallerPtr> SingleFlight::disband(Flight& flight) {
  const auto now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (aloneUntil_.size() >= kMaxAlone)
    std::erase_if(aloneUntil_, [now](const auto& each) { return each.second <= now; });
  if (aloneUntil_.size() < kMaxAlone) aloneUntil_[textOf(idOf(flight))] = now + options_.hitForMiss;
  return end(flight);
}

std::vector<CallerPtr> SingleFlight::end(Flight& flight) {
  disarm(flight);
  // The flight may have left the map already, and another flight may be there under its key.
  const auto place = flights_.find(idOf(flight));
  if (place != flights_.end() && place->second.get() == &flight)
    flights_.erase(place);
  else
    closed_.erase(&flight);
  std::vector<CallerPtr> all;
  all.reserve(flight.waiters_.size() - flight.first_);
  while (!flight.noneWaits()) all.push_back(flight.popFront().caller);
  return all;
}

void SingleFlight::outdate(const Covers& covers, Time limit, std::function<void()> then) {
  const auto arrivals = std::make_shared<Arrivals>();
  {
    const std::lock_guard lock(mutex_);
    const auto outdate_one = [&](const FlightPtr& flight) {
      if (!covers(flight->names_)) return false;
      flight->outdated_ = true;
      if (flight->storing_) {
        flight->awaited_.push_back(arrivals);
        ++arrivals->missing;
      }
      return true;
    };
    // An outdated flight stays in `closed_` until it ends, so that the next invalidation also waits for its
    // value.
    for (auto& [flight, kept] : closed_) outdate_one(kept);
    for (auto each = flights_.begin(); each != flights_.end();) {
      const auto flight = each->second;
      if (!outdate_one(flight)) {
        ++each;
        continue;
      }
      each = flights_.erase(each);
      closed_.emplace(flight.get(), flight);
    }
    if (arrivals->missing == 0) arrivals->over = true;
    if (!arrivals->over) {
      arrivals->then = std::exchange(then, nullptr);
      try {
        arrivals->limit = timers_.armAfter(limit, [arrivals] { arrivals->finish(); });
      } catch (const std::system_error&) {
        // Without the timer only the ends of the flights' stores call `then`; those end by the backend's
        // operation timeout.
      }
    }
  }
  if (then) then();
}

void SingleFlight::closeUnknown() {
  const std::lock_guard lock(mutex_);
  for (auto each = flights_.begin(); each != flights_.end();) {
    const FlightPtr flight = each->second;
    if (flight->names_.addsTags && !flight->renewal_) {
      each = flights_.erase(each);
      closed_.emplace(flight.get(), flight);
    } else {
      ++each;
    }
  }
}

bool SingleFlight::beginStore(Flight& flight) {
  const std::lock_guard lock(mutex_);
  flight.storing_ = !flight.outdated_;
  return flight.storing_;
}

bool SingleFlight::endStore(Flight& flight) {
  std::vector<std::shared_ptr<Arrivals>> awaited;
  bool outdated = false;
  {
    const std::lock_guard lock(mutex_);
    flight.storing_ = false;
    awaited = std::exchange(flight.awaited_, {});
    outdated = flight.outdated_;
  }
  for (const auto& each : awaited) each->arrived();
  return !outdated;
}

}  // namespace larder
