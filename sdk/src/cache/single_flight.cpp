// SPDX-License-Identifier: Apache-2.0
#include "cache/single_flight.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace larder {
namespace {

// Bounds the memory of keys whose results are not cacheable; forgetting one costs a moment of waiting.
constexpr std::size_t kMaxAlone = 10'000;

}  // namespace

std::string SingleFlight::mapKey(const FlightName& name) {
  const std::string kind = name.renewal ? "r" : "";
  return kind + std::to_string(name.nameSpace.size()) + ':' + name.nameSpace + name.key;
}

SingleFlight::Joined SingleFlight::join(const FlightName& name, const CallerPtr& caller,
                                        std::chrono::nanoseconds now) {
  const auto key = mapKey(name);
  const std::lock_guard lock(mutex_);
  if (const auto alone = aloneUntil_.find(key); alone != aloneUntil_.end()) {
    if (now < alone->second) return {};
    aloneUntil_.erase(alone);
  }
  auto& flight = flights_[key];
  if (flight != nullptr) {
    flight->followers_.push_back(caller);
    return {flight, false};
  }
  flight = std::make_shared<Flight>();
  flight->name_ = name;
  return {flight, true};
}

SingleFlight::FlightPtr SingleFlight::renew(const FlightName& name) {
  const std::lock_guard lock(mutex_);
  auto& flight = flights_[mapKey(name)];
  if (flight != nullptr) return nullptr;
  flight = std::make_shared<Flight>();
  flight->name_ = name;
  return flight;
}

SingleFlight::FlightPtr SingleFlight::alone(const FlightName& name) {
  auto flight = std::make_shared<Flight>();
  flight->name_ = name;
  const std::lock_guard lock(mutex_);
  loners_.emplace(flight.get(), flight);
  return flight;
}

SingleFlight::FlightPtr SingleFlight::latest(FlightPtr flight) {
  while (flight->successor_ != nullptr) flight = flight->successor_;
  return flight;
}

SingleFlight::Joined SingleFlight::succeed(const FlightPtr& flight, const CallerPtr& follower) {
  const std::lock_guard lock(mutex_);
  if (flight->successor_ != nullptr) {
    const auto now = latest(flight);
    const auto& waiting = now->followers_;
    if (std::find(waiting.begin(), waiting.end(), follower) == waiting.end()) return {};
    return {now, false};
  }
  if (std::erase(flight->followers_, follower) == 0) return {};
  auto next = std::make_shared<Flight>();
  next->name_ = flight->name_;
  next->followers_ = std::exchange(flight->followers_, {});
  next->outdated_ = flight->outdated_;
  flight->successor_ = next;
  if (!flight->outdated_) {
    flights_[mapKey(flight->name_)] = next;
    loners_.emplace(flight.get(), flight);
  }
  return {next, true};
}

bool SingleFlight::leave(const FlightPtr& flight, const CallerPtr& follower) {
  const std::lock_guard lock(mutex_);
  return std::erase(latest(flight)->followers_, follower) > 0;
}

std::vector<CallerPtr> SingleFlight::land(Flight& flight) {
  const std::lock_guard lock(mutex_);
  return end(flight);
}

CallerPtr SingleFlight::promote(Flight& flight) {
  const std::lock_guard lock(mutex_);
  if (flight.followers_.empty()) {
    end(flight);
    return nullptr;
  }
  auto next = std::move(flight.followers_.front());
  flight.followers_.pop_front();
  return next;
}

std::vector<CallerPtr> SingleFlight::disband(Flight& flight, std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  if (aloneUntil_.size() >= kMaxAlone)
    std::erase_if(aloneUntil_, [now](const auto& each) { return each.second <= now; });
  if (aloneUntil_.size() < kMaxAlone) aloneUntil_[mapKey(flight.name_)] = now + hitForMiss_;
  return end(flight);
}

std::vector<CallerPtr> SingleFlight::end(Flight& flight) {
  // It may have left the map before, and another may be there under its key.
  const auto place = flights_.find(mapKey(flight.name_));
  if (place != flights_.end() && place->second.get() == &flight)
    flights_.erase(place);
  else
    loners_.erase(&flight);
  auto& followers = flight.followers_;
  std::vector<CallerPtr> all(std::make_move_iterator(followers.begin()),
                             std::make_move_iterator(followers.end()));
  followers.clear();
  return all;
}

void SingleFlight::outdate(const std::function<bool(const FlightName&)>& matches,
                           std::chrono::milliseconds limit) {
  std::vector<FlightPtr> outdated;
  const auto outdate_one = [&](const auto& each) {
    if (!matches(each.second->name_)) return false;
    each.second->outdated_ = true;
    outdated.push_back(each.second);
    return true;
  };
  std::unique_lock lock(mutex_);
  std::erase_if(flights_, outdate_one);
  std::erase_if(loners_, outdate_one);
  stored_.wait_for(lock, limit, [&outdated] {
    return std::none_of(outdated.begin(), outdated.end(), [](const auto& each) { return each->storing_; });
  });
}

void SingleFlight::closeUnknown() {
  const std::lock_guard lock(mutex_);
  for (auto each = flights_.begin(); each != flights_.end();) {
    const FlightPtr flight = each->second;
    if (flight->name_.addsTags && !flight->name_.renewal) {
      each = flights_.erase(each);
      loners_.emplace(flight.get(), flight);
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
  const std::lock_guard lock(mutex_);
  flight.storing_ = false;
  if (flight.outdated_) stored_.notify_all();
  return !flight.outdated_;
}

}  // namespace larder
