// SPDX-License-Identifier: Apache-2.0
#include <larder/circuit_breaker.hpp>

#include <utility>

namespace larder {

CircuitBreaker::CircuitBreaker(CircuitOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

std::optional<CircuitBreaker::Pass> CircuitBreaker::admit() {
  if (state() == CircuitState::closed) return Pass{};

  const std::lock_guard lock(mutex_);
  if (state() == CircuitState::closed) return Pass{};
  if (state() == CircuitState::open && clock_.monotonic() >= openUntil_) {
    become(CircuitState::halfOpen);
    return Pass{.probe = true};
  }
  ++refusals_;
  return std::nullopt;
}

void CircuitBreaker::record(Pass pass, bool succeeded) {
  if (!pass.probe && succeeded && failuresInARow_.load(std::memory_order_relaxed) == 0) return;

  const std::lock_guard lock(mutex_);
  if (!pass.probe && state() != CircuitState::closed) return;
  if (succeeded) {
    failuresInARow_ = 0;
    if (pass.probe) become(CircuitState::closed);
    return;
  }
  ++failuresInARow_;
  if (!pass.probe && failuresInARow_ < options_.failures) return;
  openUntil_ = clock_.monotonic() + options_.openFor;
  become(CircuitState::open);
}

void CircuitBreaker::become(CircuitState state) {
  // Counts outages: a failed probe continues the current one.
  if (state == CircuitState::open && this->state() == CircuitState::closed) ++openings_;
  state_.store(state, std::memory_order_release);
  if (options_.onChange) options_.onChange(state);
}

}  // namespace larder
