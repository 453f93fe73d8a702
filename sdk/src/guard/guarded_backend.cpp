// SPDX-License-Identifier: Apache-2.0
#include "guard/guarded_backend.hpp"

#include <array>
#include <utility>
#include <vector>

#include "backend/completion_thread.hpp"
#include "guard/outage.hpp"

namespace larder {
namespace {

void refuse(std::span<Outcome> outcomes) {
  for (auto& outcome : outcomes) {
    outcome.status = Status::unavailable;
    outcome.error = "not asked: its circuit is open after consecutive failures";
  }
}

}  // namespace

void GuardedBackend::start(std::span<const Operation> operations, Callback done) {
  if (operations.empty()) return done({});
  if (backend_.isInline()) return performThen(operations, done);
  const auto begun = clock().monotonic();
  const auto first = operations.front().code;
  std::optional<CircuitBreaker::Pass> pass;
  if (isGuarded()) {
    pass = breaker_.admit();
    if (!pass) {
      std::vector<Outcome> refused(operations.size());
      refuse(refused);
      return done(refused);
    }
  }
  backend_.start(operations, Deadline::at(begun + timeout_),
                 [this, pass, first, begun, done = std::move(done)](std::span<Outcome> outcomes) mutable {
                   const CompletionScope here;
                   ended(pass, first, begun, outcomes);
                   done(outcomes);
                 });
}

// If the in-memory backend is being replaced right now by one that does I/O, this call blocks until that
// backend answers.
void GuardedBackend::performThen(std::span<const Operation> operations, Callback& done) {
  constexpr std::size_t few = 4;
  if (operations.size() <= few) {
    std::array<Outcome, few> outcomes;
    const auto used = std::span(outcomes).first(operations.size());
    perform(operations, used);
    return done(used);
  }
  std::vector<Outcome> outcomes(operations.size());
  perform(operations, outcomes);
  done(outcomes);
}

void GuardedBackend::perform(std::span<const Operation> operations, std::span<Outcome> outcomes) {
  if (operations.empty()) return;
  const auto begun = clock().monotonic();
  std::optional<CircuitBreaker::Pass> pass;
  if (isGuarded()) {
    pass = breaker_.admit();
    if (!pass) return refuse(outcomes);
  }
  backend_.perform(operations, outcomes, Deadline::at(begun + timeout_));
  ended(pass, operations.front().code, begun, outcomes);
}

void GuardedBackend::ended(const std::optional<CircuitBreaker::Pass>& pass, OpCode first,
                           std::chrono::nanoseconds begun, std::span<const Outcome> outcomes) {
  if (pass) breaker_.record(*pass, answered(outcomes));
  if (onRoundTrip_) onRoundTrip_(first, clock().monotonic() - begun);
}

}  // namespace larder
