// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HOST_SERVICES_HPP
#define LARDER_HOST_SERVICES_HPP

#include <chrono>
#include <cstdint>
#include <string_view>

namespace larder {

/// Time, passed in so that tests can drive it by hand. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Never goes back; deadlines and times to live count on it. Nanoseconds from an arbitrary start.
  virtual std::chrono::nanoseconds monotonic() const = 0;
  /// Since 1970-01-01 UTC; the time of entries that other processes read. May jump.
  virtual std::chrono::milliseconds realtime() const = 0;
};

/// The system's clocks: CLOCK_MONOTONIC and CLOCK_REALTIME.
class SystemClock final : public Clock {
 public:
  std::chrono::nanoseconds monotonic() const override;
  std::chrono::milliseconds realtime() const override;
};

enum class LogLevel : std::uint32_t { debug, info, warning, error };
enum class MetricKind : std::uint32_t { counter, gauge };
enum class Health : std::uint32_t { up, degraded, down };

/// What an application gives to the backends that it opens: where their log lines, metrics and health
/// reports go. Every function may be called from any thread and must not wait or call a cache. What one
/// throws is logged and does not reach the plugin. The default drops everything, so override what you want to
/// see.
class HostServices {
 public:
  virtual ~HostServices() = default;
  virtual const Clock& clock() const;
  virtual LogLevel logLevel() const { return LogLevel::warning; }
  virtual void log(LogLevel, std::string_view /*backend*/, std::string_view /*message*/) {}
  virtual void health(std::string_view /*backend*/, Health, std::string_view /*reason*/) {}
  /// A handle for the other two, or 0 to refuse.
  virtual std::uint64_t registerMetric(std::string_view /*backend*/, MetricKind, std::string_view /*name*/,
                                       std::string_view /*help*/) {
    return 0;
  }
  virtual void addMetric(std::uint64_t /*metric*/, std::uint64_t /*amount*/) {}
  virtual void setMetric(std::uint64_t /*metric*/, std::int64_t /*value*/) {}
};

}  // namespace larder

#endif
