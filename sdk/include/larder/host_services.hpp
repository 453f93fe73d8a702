// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HOST_SERVICES_HPP
#define LARDER_HOST_SERVICES_HPP

#include <chrono>
#include <cstdint>
#include <string_view>

namespace larder {

/// A source of time, injected so that tests can control it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Returns nanoseconds since an arbitrary start. Never goes back. Deadlines and times to live use it.
  virtual std::chrono::nanoseconds monotonic() const = 0;
  /// Returns the time since 1970-01-01 UTC. May jump. Entries that other processes read use it.
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

/// Receives the log lines, metrics and health reports of the backends that an application opens. Every
/// function may be called from any thread and must neither block nor call a cache. An exception is logged and
/// does not reach the plugin. The default implementation drops everything; override what you need.
class HostServices {
 public:
  virtual ~HostServices() = default;
  virtual const Clock& clock() const;
  virtual LogLevel logLevel() const { return LogLevel::warning; }
  virtual void log(LogLevel, std::string_view /*backend*/, std::string_view /*message*/) {}
  virtual void health(std::string_view /*backend*/, Health, std::string_view /*reason*/) {}
  /// Returns a handle for addMetric and setMetric, or 0 to refuse the metric.
  virtual std::uint64_t registerMetric(std::string_view /*backend*/, MetricKind, std::string_view /*name*/,
                                       std::string_view /*help*/) {
    return 0;
  }
  virtual void addMetric(std::uint64_t /*metric*/, std::uint64_t /*amount*/) {}
  virtual void setMetric(std::uint64_t /*metric*/, std::int64_t /*value*/) {}
};

}  // namespace larder

#endif
