// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_MANUAL_CLOCK_HPP
#define LARDER_CONFORMANCE_MANUAL_CLOCK_HPP

#include <larder/host_services.hpp>

#include <atomic>
#include <chrono>

namespace larder::conformance {

/// A clock that moves only when a test advances it. Thread-safe.
class ManualClock final : public Clock {
 public:
  std::chrono::nanoseconds monotonic() const override { return now_.load(); }
  std::chrono::milliseconds realtime() const override {
    return kStartOfTime + std::chrono::duration_cast<std::chrono::milliseconds>(now_.load());
  }

  void advance(std::chrono::nanoseconds by) { now_.store(now_.load() + by); }

 private:
  static constexpr std::chrono::milliseconds kStartOfTime{1'700'000'000'000};
  // Not 0, which stands for "no deadline".
  std::atomic<std::chrono::nanoseconds> now_{std::chrono::hours(1)};
};

/// Host services with a clock that the test controls; they drop everything else.
class ManualServices final : public HostServices {
 public:
  const Clock& clock() const override { return clock_; }
  void advance(std::chrono::nanoseconds by) { clock_.advance(by); }

 private:
  ManualClock clock_;
};

}  // namespace larder::conformance

#endif
