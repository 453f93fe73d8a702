// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_DEADLINE_HPP
#define LARDER_DEADLINE_HPP

#include <larder/host_services.hpp>

#include <chrono>
#include <compare>

namespace larder {

/// The moment until which an operation may take, on the monotonic clock of the host. A duration is no
/// deadline and does not convert to one: `Deadline::in(clock, 250ms)` or `backend.in(250ms)` is 250 ms from
/// now. A value without state elsewhere; nothing throws.
class Deadline {
 public:
  /// None: the backend's own time-outs end the operation, and where it does I/O Backend::ioLimit does.
  constexpr Deadline() = default;
  static constexpr Deadline none() { return {}; }

  /// `monotonic` as Clock::monotonic() tells it; 0 is none().
  static constexpr Deadline at(std::chrono::nanoseconds monotonic) { return Deadline(monotonic); }
  /// `timeout` from now.
  static Deadline in(const Clock& clock, std::chrono::nanoseconds timeout) {
    return Deadline(clock.monotonic() + timeout);
  }

  constexpr bool isNone() const { return at_.count() == 0; }
  constexpr std::chrono::nanoseconds monotonic() const { return at_; }
  /// What is left of it at the moment `now`; negative once it has passed.
  constexpr std::chrono::nanoseconds left(std::chrono::nanoseconds now) const { return at_ - now; }
  constexpr Deadline operator+(std::chrono::nanoseconds later) const { return Deadline(at_ + later); }
  /// The earlier is the smaller.
  constexpr auto operator<=>(const Deadline&) const = default;

 private:
  explicit constexpr Deadline(std::chrono::nanoseconds at) : at_(at) {}

  std::chrono::nanoseconds at_{0};
};

}  // namespace larder

#endif
