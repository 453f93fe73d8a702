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

/// The engine's way to its backend: gives each operation the same time-out and refuses it at once, as
/// unavailable, while the circuit is open. A backend in memory has nothing to wait for and is never refused;
/// nor is one that keeps copies, which guards its store itself.
///
/// Thread-safe. `backend` must outlive it, and so must every operation's end.
class GuardedBackend {
 public:
  /// As CacheOptions::onRoundTrip.
  using RoundTripSink = std::function<void(OpCode first, std::chrono::nanoseconds took)>;

  GuardedBackend(Backend& backend, std::chrono::milliseconds timeout, CircuitOptions options,
                 RoundTripSink on_round_trip = {})
      : backend_(backend),
        timeout_(timeout),
        breaker_(std::move(options), backend.clock()),
        onRoundTrip_(std::move(on_round_trip)) {}

  /// As Backend::Callback. Holds up to 56 bytes without allocation, so that with what start() adds it fits
  /// into one of those.
  using Callback = UniqueFunction<void(std::span<Outcome>), 56>;

  /// As Backend::start and perform. A refusal calls `done` before start returns.
  void start(std::span<const Operation> operations, Callback done);
  void perform(std::span<const Operation> operations, std::span<Outcome> outcomes);
  /// The same with `done` called on this thread: for a backend in memory, whose hits then have nothing to
  /// allocate.
  void performThen(std::span<const Operation> operations, Callback& done);

  /// As Backend::performLocally.
  bool performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes) {
    if (!backend_.isInline()) return backend_.performLocally(operations, outcomes);
    perform(operations, outcomes);  // which tells of the round trip
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
