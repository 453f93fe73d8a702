// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_GUARD_GUARDED_BACKEND_HPP
#define LARDER_GUARD_GUARDED_BACKEND_HPP

#include <larder/backend.hpp>
#include <larder/circuit_breaker.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace larder {

/// The engine's access to its backend: gives every operation the same timeout, and refuses operations at
/// once, as unavailable, while the circuit is open. An in-memory backend cannot block and is never refused;
/// nor is a backend that keeps copies, because it guards its own store.
///
/// Thread-safe. `backend` must outlive this object, which must outlive every operation.
class GuardedBackend {
 public:
  /// The same as CacheOptions::onRoundTrip.
  using RoundTripSink = std::function<void(OpCode first, std::chrono::nanoseconds took)>;

  GuardedBackend(Backend& backend, std::chrono::milliseconds timeout, CircuitOptions options,
                 RoundTripSink on_round_trip = {})
      : backend_(backend),
        timeout_(timeout),
        breaker_(std::move(options), backend.clock()),
        onRoundTrip_(std::move(on_round_trip)) {}

  /// Like Backend::Callback, but holds up to 56 bytes without allocation, so that together with what start()
  /// adds it fits into a Backend::Callback.
  using Callback = UniqueFunction<void(std::span<Outcome>), 56>;

  /// The same as Backend::start and perform. A refusal calls `done` before start returns.
  void start(std::span<const Operation> operations, Callback done);
  void perform(std::span<const Operation> operations, std::span<Outcome> outcomes);
  /// The same with `done` called on this thread. For in-memory backends, whose hits then allocate nothing.
  void performThen(std::span<const Operation> operations, Callback& done);

  /// The same as Backend::performLocally.
  bool performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes) {
    if (!backend_.isInline()) return backend_.performLocally(operations, outcomes);
    perform(operations, outcomes);  // reports the round trip
    return true;
  }

  bool isInline() const { return backend_.isInline(); }
  bool keepsCopies() const { return backend_.keepsCopies(); }
  bool has(std::uint64_t capabilities) const { return backend_.has(capabilities); }
  const Clock& clock() const { return backend_.clock(); }
  const CircuitBreaker& breaker() const { return breaker_; }

 private:
  void ended(const std::optional<CircuitBreaker::Pass>& pass, OpCode first, std::chrono::nanoseconds begun,
             std::span<const Outcome> outcomes);
  bool isGuarded() const { return !backend_.isInline() && !backend_.keepsCopies(); }

  Backend& backend_;
  const std::chrono::milliseconds timeout_;
  CircuitBreaker breaker_;
  const RoundTripSink onRoundTrip_;
};

}  // namespace larder

#endif
