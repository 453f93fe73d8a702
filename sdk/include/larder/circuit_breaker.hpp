// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CIRCUIT_BREAKER_HPP
#define LARDER_CIRCUIT_BREAKER_HPP

#include <larder/host_services.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

namespace larder {

enum class CircuitState : std::uint8_t {
  closed,   ///< calls pass
  open,     ///< calls are refused
  halfOpen  ///< one call is in flight to probe whether the backend is back; others are refused
};

struct CircuitOptions {
  std::uint32_t failures = 5;               ///< consecutive failures after which the circuit opens; at least
                                            ///< 1
  std::chrono::milliseconds openFor{1000};  ///< how long calls are refused; then one call may probe
  /// Called once for each change of state, never concurrently, on the thread of the call that caused it. Must
  /// neither block nor call the guarded backend.
  std::function<void(CircuitState)> onChange{};
};

/// Stops calls to a failing backend, so that callers do not each wait for a timeout, and probes when it is
/// back. (The pattern and its states: Michael Nygard, "Release It!".)
///
/// Thread-safe. While the circuit is closed, a call costs two atomic loads.
class CircuitBreaker {
 public:
  /// Permission for one call; return it with the call's result.
  struct Pass {
    bool probe = false;
  };

  /// `clock` must outlive the breaker.
  CircuitBreaker(CircuitOptions options, const Clock& clock);

  /// Asks for permission to make a call; nullopt: the call is refused.
  std::optional<Pass> admit();

  /// Reports the result of a call; call it exactly once for each pass. While the circuit is not closed, only
  /// the probe's result counts: other calls began before the circuit opened.
  void record(Pass pass, bool succeeded);

  CircuitState state() const { return state_.load(std::memory_order_acquire); }
  std::uint64_t refusals() const { return refusals_; }  ///< since the start
  std::uint64_t openings() const { return openings_; }  ///< since the start

 private:
  void become(CircuitState state);

  const CircuitOptions options_;
  const Clock& clock_;
  std::mutex mutex_;  // guards all changes
  std::atomic<CircuitState> state_{CircuitState::closed};
  std::atomic<std::uint32_t> failuresInARow_{0};
  std::chrono::nanoseconds openUntil_{0};
  std::atomic<std::uint64_t> refusals_{0};
  std::atomic<std::uint64_t> openings_{0};
};

}  // namespace larder

#endif
