// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "cache/flights.hpp"

namespace larder {

namespace {
constexpr int kAttempts = 2;  // computations before all callers share the failure

// Only a value that is kept after it expired can have expired already.
void shorten(CacheRequest& request, std::chrono::milliseconds wanted) {
  const bool outlives = request.keepExpired && request.keepExpired->count() > 0;
  request.expire = std::min(request.expire, std::max(wanted, std::chrono::milliseconds(outlives ? 0 : 1)));
}
}  // namespace

void Flights::prepare(const CallerPtr& caller) {
  if (!writer_.mustReserve(*caller)) return prepareTags(caller);
  writer_.reserve(caller, [this, caller] {
    if (!caller->overtaken) return prepareTags(caller);
    caller->overtaken = false;
    lookAgain(caller, [this, caller] { prepareTags(caller); });
  });
}

void Flights::prepareTags(const CallerPtr& caller) {
  if (!EntryWriter::mustPrepare(*caller)) return compute(caller);
  writer_.prepare(caller, [this, caller] { compute(caller); });
}

// A loop rather than recursion, since a full executor may refuse every waiting caller, one after the other.
void Flights::compute(CallerPtr caller) {
  while (caller != nullptr && !startComputing(caller))
    caller = giveUp(caller, std::make_exception_ptr(Overloaded("no room to run the computation; try again")));
}

bool Flights::startComputing(const CallerPtr& caller) {
  return caller->executor.post([this, caller] {
    mark(*caller);
    events_.add(Event::computation);
    Computed computed;
    try {
      const auto& request = caller->request;
      computed = caller->former != nullptr ? request.recompute(*caller->former) : request.compute();
    } catch (const Overloaded&) {
      if (auto next = giveUp(caller, std::current_exception())) compute(std::move(next));
      return;
    } catch (...) {
      return fail(caller, std::current_exception());
    }
    finish(caller, std::move(computed));
  });
}

// The failure may be specific to this caller, so one follower retries. If the retry fails, too, the source
// counts as down, and the remaining followers get the error without a computation of their own.
void Flights::fail(const CallerPtr& caller, const std::exception_ptr& error, Answer answer) {
  if (landStale(caller, Source::staleOnError)) return;
  if (++caller->flight->failures >= kAttempts) {
    auto followers = flights_.landAll(*caller->flight);
    return unlock(caller, [caller, error, answer = std::move(answer), followers = std::move(followers)] {
      for (const auto& follower : followers) answerError(*follower, error);
      if (answer) return answer(*caller);
      answerError(*caller, error);
    });
  }
  if (auto next = giveUp(caller, error, std::move(answer))) compute(std::move(next));
}

CallerPtr Flights::giveUp(const CallerPtr& caller, const std::exception_ptr& error, Answer answer) {
  if (landStale(caller, Source::staleOnError)) return nullptr;
  auto next = flights_.promote(*caller->flight);
  if (next != nullptr) handOver(*caller, *next);
  unlock(caller, [caller, error, answer = std::move(answer)] {
    if (answer) return answer(*caller);
    answerError(*caller, error);
  });
  return next;
}

void Flights::handOver(Caller& from, Caller& to) {
  to.flight = std::move(from.flight);
  to.looked = from.looked;
  to.stamps = from.stamps;
  if (to.request.recompute) to.former = from.former;
  to.marks = from.marks;
  to.version = from.version;
  to.storable = from.storable;
  to.lock = std::exchange(from.lock, std::nullopt);
}

void Flights::finish(const CallerPtr& caller, Computed computed) {
  const auto added = std::move(computed.tags);
  auto payload = settle(caller, std::move(computed));
  if (payload == nullptr) return;
  if (added.empty()) return store({caller, std::move(payload)});
  writer_.addTags(caller, added, [this, caller, payload](bool storable) {
    if (storable) return store({caller, payload});
    land(caller, payload, Storing::notCacheable);
  });
}

PayloadPtr Flights::settle(const CallerPtr& caller, Computed computed) {
  if (computed.failed && landStale(caller, Source::staleOnError)) return nullptr;
  if (computed.failed && caller->renews) {
    fail(caller, std::make_exception_ptr(std::runtime_error("the computation failed")));
    return nullptr;
  }
  auto payload = std::make_shared<const std::string>(std::move(computed.payload));
  if (computed.failed && !computed.cacheable) {
    fail(caller, std::make_exception_ptr(ComputationFailed(computed.status)),
         [payload](Caller& own) { Flights::answer(own, Source::computed, payload, Storing::notCacheable); });
    return nullptr;
  }
  if (!computed.cacheable) {
    disband(caller, payload, Storing::notCacheable);
    return nullptr;
  }
  caller->redirect = std::move(computed.redirect);  // kept even if not stored, for the followers
  // A cached error is served until it expires and never beyond, so that it does not mask a later error.
  if (computed.failed) {
    caller->request.renewal = {.jitter = caller->request.renewal.jitter};
    caller->request.keepExpired.reset();
  } else if (computed.keepExpired) {
    caller->request.keepExpired = computed.keepExpired;
  }
  if (computed.expire) shorten(caller->request, *computed.expire);
  if (const auto reason = writer_.reasonNotToStore(*caller, *payload)) {
    land(caller, payload, *reason);
    return nullptr;
  }
  return payload;
}

void Flights::store(EntryWriter::Value value) {
  writer_.store(std::move(value), [this](const EntryWriter::Value& stored, Storing storing) {
    land(stored.caller, stored.payload, storing);
  });
}

void Flights::storeAll(std::vector<EntryWriter::Value> values) {
  writer_.store(std::move(values), [this](const EntryWriter::Value& value, Storing storing) {
    land(value.caller, value.payload, storing);
  });
}

}  // namespace larder
