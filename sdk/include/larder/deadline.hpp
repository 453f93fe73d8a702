// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_DEADLINE_HPP
#define LARDER_DEADLINE_HPP

#include <larder/host_services.hpp>

#include <chrono>
#include <compare>

namespace larder {

/// The time by which an operation must end, on the host's monotonic clock. A duration does not convert to a
/// deadline: use `Deadline::in(clock, 250ms)` or `backend.in(250ms)` for 250 ms from now. A plain value type;
/// nothing throws.
class Deadline {
 public:
  /// No deadline: the backend's own timeouts end the operation and, if it does I/O, so does Backend::ioLimit.
  constexpr Deadline() = default;
  static constexpr Deadline none() { return {}; }

  /// Returns the deadline at `monotonic`, a time of Clock::monotonic(); 0 is none().
  static constexpr Deadline at(std::chrono::nanoseconds monotonic) { return Deadline(monotonic); }
  /// Returns the deadline `timeout` from now.
  static Deadline in(const Clock& clock, std::chrono::nanoseconds timeout) {
    return Deadline(clock.monotonic() + timeout);
  }

  constexpr bool isNone() const { return at_.count() == 0; }
  constexpr std::chrono::nanoseconds monotonic() const { return at_; }
  /// Returns the time left at `now`; negative once the deadline has passed.
  constexpr std::chrono::nanoseconds left(std::chrono::nanoseconds now) const { return at_ - now; }
  constexpr Deadline operator+(std::chrono::nanoseconds later) const { return Deadline(at_ + later); }
  /// Orders earlier deadlines first.
  constexpr auto operator<=>(const Deadline&) const = default;

 private:
  explicit constexpr Deadline(std::chrono::nanoseconds at) : at_(at) {}

  std::chrono::nanoseconds at_{0};
};

}  // namespace larder

#endif
