// SPDX-License-Identifier: Apache-2.0
#include "guarded_backend.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace larder {
namespace {

// The store did not answer, or not as one that can be used; a value that is too large is no such sign.
bool tellsOfAnOutage(Status status) {
  switch (status) {
    case Status::unavailable:
    case Status::overloaded:
    case Status::unknownResult:
    case Status::deadline:
    case Status::auth:
    case Status::protocol:
    case Status::closed:
    case Status::internal: return true;
    default: return false;
  }
}

// One answer among several is a sign of life: of a store with many servers one may be missing.
bool answered(std::span<const Outcome> outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& outcome) { return !tellsOfAnOutage(outcome.status); });
}

void refuse(std::span<Outcome> outcomes) {
  for (auto& outcome : outcomes) {
    outcome.status = Status::unavailable;
    outcome.error = "not asked: its circuit is open after failures in a row";
  }
}

}  // namespace

void GuardedBackend::start(std::span<const Operation> operations, Backend::Callback done) {
  const auto deadline = backend_.in(timeout_);
  if (isInline() || operations.empty()) return backend_.start(operations, deadline, std::move(done));
  const auto pass = breaker_.admit();
  if (!pass) {
    std::vector<Outcome> refused(operations.size());
    refuse(refused);
    return done(refused);
  }
  backend_.start(operations, deadline,
                 [this, pass = *pass, done = std::move(done)](std::span<Outcome> outcomes) {
                   breaker_.record(pass, answered(outcomes));
                   done(outcomes);
                 });
}

void GuardedBackend::perform(std::span<const Operation> operations, std::span<Outcome> outcomes) {
  const auto deadline = backend_.in(timeout_);
  if (isInline() || operations.empty()) return backend_.perform(operations, outcomes, deadline);
  const auto pass = breaker_.admit();
  if (!pass) return refuse(outcomes);
  backend_.perform(operations, outcomes, deadline);
  breaker_.record(*pass, answered(outcomes));
}

}  // namespace larder
