// SPDX-License-Identifier: Apache-2.0
#include "cache/flights.hpp"

#include <algorithm>
#include <utility>

namespace larder {

namespace {

// Pauses between polls for another host's value.
constexpr std::chrono::milliseconds kFirstLockPause{20};
constexpr std::chrono::milliseconds kLongestLockPause{200};

}  // namespace

void Flights::begin(const CallerPtr& caller) {
  if (caller->request.lockAcrossHosts.count() == 0 || !caller->storable) return prepare(caller);
  locks_.acquire(caller->nameSpace.view(), caller->request.key.full(), caller->request.lockAcrossHosts,
                 [this, caller](HostLocks::Answer answer, HostLocks::Hold hold) {
                   if (answer == HostLocks::Answer::impossible) return prepare(caller);
                   if (answer == HostLocks::Answer::held) return awaitOtherHost(caller);
                   caller->lock = std::move(hold);
                   lookAgain(caller, [this, caller] { prepare(caller); });
                 });
}

void Flights::lookAgain(const CallerPtr& caller, std::function<void()> otherwise) {
  mark(*caller);
  lookup_.find(caller->nameSpace.view(), caller->request,
               [this, caller, otherwise = std::move(otherwise)](Found found) {
                 if (found.hit && !caller->request.ignoreStored) {
                   const auto hit = std::make_shared<CacheResult>(*std::move(found.hit));
                   return unlock(caller, [this, caller, hit] { landHit(caller, std::move(*hit)); });
                 }
                 caller->stamps = std::move(found.stamps);
                 caller->version = found.version;
                 caller->storable = !found.backendFailed;
                 otherwise();
               });
}

void Flights::awaitOtherHost(const CallerPtr& caller) {
  if (caller->renews) return giveUpRenewal(caller);
  const auto now = backend_.clock().monotonic();
  if (!caller->lockPatience) caller->lockPatience = now + 2 * caller->request.lockAcrossHosts;
  if (now >= *caller->lockPatience) return prepare(caller);
  caller->lockPause = std::clamp(2 * caller->lockPause, kFirstLockPause, kLongestLockPause);
  const auto look = [this, caller] { lookAgain(caller, [this, caller] { begin(caller); }); };
  if (!later(caller->lockPause, look)) prepare(caller);
}

void Flights::unlock(const CallerPtr& caller, std::function<void()> then) {
  if (!caller->lock) return then();
  const auto hold = *std::exchange(caller->lock, std::nullopt);
  locks_.release(hold, std::move(then));
}

}  // namespace larder
