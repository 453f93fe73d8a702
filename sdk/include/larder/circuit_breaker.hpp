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
  halfOpen  ///< one call is on its way to find out whether the other side is back; others are refused
};

struct CircuitOptions {
  std::uint32_t failures = 5;               ///< in a row, after which the circuit opens; at least 1
  std::chrono::milliseconds openFor{1000};  ///< then one call may try again
  /// Told once of each change, one after the other, on the thread of the call that made it. Must not wait nor
  /// call what the breaker guards.
  std::function<void(CircuitState)> onChange{};
};

/// Gives up on a sick backend, so that not every call waits for its time-out, and finds out when it is back.
/// (The pattern and its states: Michael Nygard, "Release It!".)
///
/// Thread-safe; while all is well a call costs two atomic loads.
class CircuitBreaker {
 public:
  /// Leave to make one call, to be given back with its result.
  struct Pass {
    bool probe = false;
  };

  /// `clock` must outlive the breaker.
  CircuitBreaker(CircuitOptions options, const Clock& clock);

  /// nullopt: the call is refused.
  std::optional<Pass> admit();

  /// What became of a call, exactly once for each pass. Only the probe's result decides about a circuit that
  /// is not closed: other calls began before it opened.
  void record(Pass pass, bool succeeded);

  CircuitState state() const { return state_.load(std::memory_order_acquire); }
  std::uint64_t refusals() const { return refusals_; }  ///< since the start
  std::uint64_t openings() const { return openings_; }  ///< since the start

 private:
  void become(CircuitState state);

  const CircuitOptions options_;
  const Clock& clock_;
  std::mutex mutex_;  // of all changes
  std::atomic<CircuitState> state_{CircuitState::closed};
  std::atomic<std::uint32_t> failuresInARow_{0};
  std::chrono::nanoseconds openUntil_{0};
  std::atomic<std::uint64_t> refusals_{0};
  std::atomic<std::uint64_t> openings_{0};
};

}  // namespace larder

#endif
