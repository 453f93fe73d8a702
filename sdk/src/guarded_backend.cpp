// SPDX-License-Identifier: Apache-2.0
#include "guarded_backend.hpp"

#include <utility>
#include <vector>

#include "outage.hpp"

namespace larder {
namespace {

void refuse(std::span<Outcome> outcomes) {
  for (auto& outcome : outcomes) {
    outcome.status = Status::unavailable;
    outcome.error = "not asked: its circuit is open after failures in a row";
  }
}

}  // namespace

void GuardedBackend::start(std::span<const Operation> operations, Backend::Callback done) {
  const auto deadline = backend_.in(timeout_);
  if (!isGuarded() || operations.empty()) return backend_.start(operations, deadline, std::move(done));
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
  if (!isGuarded() || operations.empty()) return backend_.perform(operations, outcomes, deadline);
  const auto pass = breaker_.admit();
  if (!pass) return refuse(outcomes);
  backend_.perform(operations, outcomes, deadline);
  breaker_.record(*pass, answered(outcomes));
}

}  // namespace larder
