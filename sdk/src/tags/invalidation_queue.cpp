// SPDX-License-Identifier: Apache-2.0
#include "tags/invalidation_queue.hpp"

#include <algorithm>
#include <memory>
#include <semaphore>
#include <set>
#include <utility>

#include "tags/change_marks.hpp"

namespace larder {
namespace {

// How often the retrier looks at the clock while invalidations are waiting.
constexpr std::chrono::milliseconds kTick{10};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};
constexpr std::size_t kTogether = 64;

bool succeeded(Status status) { return status == Status::ok || status == Status::miss; }

}  // namespace

InvalidationQueue::InvalidationQueue(GuardedBackend& backend, const TagStamps& tags, std::size_t limit)
    : backend_(backend), tags_(tags), limit_(limit), retrier_("larder-retry", 1, 1) {}

void InvalidationQueue::carryOut(std::vector<StaleScope> scopes, std::function<void(Status)> done) {
  write(std::move(scopes), [this, done = std::move(done)](std::span<const StaleScope> written,
                                                          const std::vector<Status>& statuses) {
    auto first_failure = Status::ok;
    for (std::size_t i = 0; i < written.size(); ++i) {
      if (succeeded(statuses[i])) continue;
      if (first_failure == Status::ok) first_failure = statuses[i];
      add(written[i]);
    }
    done(first_failure);
  });
}

void InvalidationQueue::add(const StaleScope& scope) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= limit_ && !waiting_.contains(scope)) {
    ++lost_;
    return;
  }
  waiting_[scope] = ++lastSerial_;
  size_.store(waiting_.size(), std::memory_order_release);
  if (ticking_) return;
  ticking_ = true;
  pause_ = kFirstPause;
  nextTry_ = backend_.clock().monotonic() + pause_;
  retrier_.postAfter(kTick, [this] { tick(); });
}

bool InvalidationQueue::covers(std::string_view name_space, std::string_view stored_key,
                               std::span<const std::string> tags) const {
  if (size() == 0) return false;
  using Kind = StaleScope::Kind;
  const std::string space(name_space);
  const std::lock_guard lock(mutex_);
  return waiting_.contains({Kind::nameSpace, space, {}}) ||
         waiting_.contains({Kind::entry, space, std::string(stored_key)}) ||
         std::any_of(tags.begin(), tags.end(), [this](const std::string& tag) {
           return waiting_.contains({Kind::tag, {}, tag});
         });
}

// The marks must change before any stamp does, so they are written first, in a batch of their own.
void InvalidationQueue::write(std::vector<StaleScope> scopes, Written written) const {
  const auto all = std::make_shared<std::vector<StaleScope>>(std::move(scopes));
  writeMarks(*all, [this, all, written = std::move(written)](Status marked) {
    writeScopes(std::move(*all), marked, written);
  });
}

void InvalidationQueue::writeMarks(std::span<const StaleScope> scopes,
                                   std::function<void(Status)> written) const {
  std::set<std::string> marks;
  for (const auto& scope : scopes)
    if (scope.kind == StaleScope::Kind::tag) marks.insert(ChangeMarks::of(scope.name));
  if (marks.empty()) return written(Status::ok);
  const std::vector<StampRenewal> renewals(marks.begin(), marks.end());
  std::vector<Operation> operations;
  for (const auto& renewal : renewals) operations.push_back(tags_.renewalOf(renewal));
  backend_.start(operations, [written = std::move(written)](std::span<Outcome> outcomes) {
    const auto refused = std::find_if(outcomes.begin(), outcomes.end(),
                                      [](const auto& outcome) { return outcome.status != Status::ok; });
    written(refused == outcomes.end() ? Status::ok : refused->status);
  });
}

void InvalidationQueue::writeScopes(std::vector<StaleScope> scopes, Status marked, Written written) const {
  const auto all = std::make_shared<std::vector<StaleScope>>(std::move(scopes));
  std::vector<StampRenewal> renewals;
  renewals.reserve(all->size());  // operations point into it
  std::vector<Operation> operations;
  for (const auto& scope : *all) {
    switch (scope.kind) {
      case StaleScope::Kind::tag:
        operations.push_back(tags_.renewalOf(renewals.emplace_back(scope.name)));
        break;
      case StaleScope::Kind::entry:
        operations.push_back({.code = OpCode::erase, .nameSpace = scope.nameSpace, .key = scope.name});
        break;
      case StaleScope::Kind::nameSpace:
        operations.push_back({.code = OpCode::clearNamespace, .nameSpace = scope.nameSpace});
        break;
    }
  }
  backend_.start(operations, [all, marked, written = std::move(written)](std::span<Outcome> outcomes) {
    std::vector<Status> statuses;
    for (std::size_t i = 0; i < all->size(); ++i) {
      const bool tag = (*all)[i].kind == StaleScope::Kind::tag;
      statuses.push_back(tag && marked != Status::ok ? marked : outcomes[i].status);
    }
    written(*all, std::move(statuses));
  });
}

void InvalidationQueue::tick() {
  retry();
  const std::lock_guard lock(mutex_);
  ticking_ = !waiting_.empty();
  if (ticking_) retrier_.postAfter(kTick, [this] { tick(); });
}

void InvalidationQueue::retry() {
  const std::lock_guard alone(trying_);
  if (const auto due = takeDue(); !due.empty()) tryAgain(due);
}

void InvalidationQueue::tryAgain(const std::vector<Waiting::value_type>& due) {
  std::vector<StaleScope> scopes;
  for (const auto& each : due) scopes.push_back(each.first);
  std::vector<Status> statuses;
  std::binary_semaphore written(0);
  write(std::move(scopes), [&](std::span<const StaleScope>, std::vector<Status> result) {
    statuses = std::move(result);
    written.release();
  });
  written.acquire();  // the backend answers by its deadline

  const std::lock_guard lock(mutex_);
  bool all = true;
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (!succeeded(statuses[i])) {
      all = false;
      continue;
    }
    ++retried_;
    // A scope that failed again meanwhile has a newer serial and stays: its invalidation may postdate this
    // write.
    const auto place = waiting_.find(due[i].first);
    if (place != waiting_.end() && place->second == due[i].second) waiting_.erase(place);
  }
  size_.store(waiting_.size(), std::memory_order_release);
  pause_ = all ? kFirstPause : std::min(2 * pause_, kLongestPause);
  nextTry_ = backend_.clock().monotonic() + (all ? std::chrono::milliseconds(0) : pause_);
}

namespace {

std::string textOf(const StaleScope& scope) {
  switch (scope.kind) {
    case StaleScope::Kind::tag: return "tag " + scope.name;
    case StaleScope::Kind::entry: return "entry " + scope.nameSpace + " " + scope.name;
    case StaleScope::Kind::nameSpace: break;
  }
  return "namespace " + scope.nameSpace;
}

}  // namespace

std::vector<std::string> InvalidationQueue::finish(std::chrono::milliseconds limit) {
  const auto end = backend_.clock().monotonic() + limit;
  const std::lock_guard alone(trying_);
  std::vector<Waiting::value_type> together;
  Waiting all;
  {
    const std::lock_guard lock(mutex_);
    all = waiting_;
  }
  for (const auto& each : all) {
    together.push_back(each);
    if (together.size() < kTogether) continue;
    if (backend_.clock().monotonic() >= end) break;
    tryAgain(std::exchange(together, {}));
  }
  if (!together.empty() && backend_.clock().monotonic() < end) tryAgain(together);
  std::vector<std::string> left;
  const std::lock_guard lock(mutex_);
  for (const auto& [scope, serial] : waiting_) left.push_back(textOf(scope));
  return left;
}

// Takes waiting scopes round-robin, so that a scope that cannot succeed does not starve the others.
std::vector<InvalidationQueue::Waiting::value_type> InvalidationQueue::takeDue() {
  const std::lock_guard lock(mutex_);
  std::vector<Waiting::value_type> due;
  if (waiting_.empty() || backend_.clock().monotonic() < nextTry_) return due;
  auto place = waiting_.upper_bound(lastTried_);
  while (due.size() < std::min(kTogether, waiting_.size())) {
    if (place == waiting_.end()) place = waiting_.begin();
    due.push_back(*place++);
  }
  lastTried_ = due.back().first;
  return due;
}

}  // namespace larder
