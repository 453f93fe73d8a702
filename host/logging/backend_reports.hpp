// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGGING_BACKEND_REPORTS_HPP
#define LARDER_LOGGING_BACKEND_REPORTS_HPP

#include <larder/host_services.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "logging/logger.hpp"

namespace larder::host {

/// A metric that a backend registered, with its current value.
struct BackendMetric {
  MetricKind kind = MetricKind::counter;
  std::string backend;
  std::string name;  ///< snake_case
  std::string help;
  std::int64_t value = 0;
};

/// Receives the reports of backends: log lines and changes of health go to the log; health and metrics are
/// kept for the pages that show them. Thread-safe; the logger must outlive it.
class BackendReports final : public HostServices {
 public:
  explicit BackendReports(const Logger& logger) : logger_(logger) {}

  LogLevel logLevel() const override { return logger_.level(); }
  void log(LogLevel level, std::string_view backend, std::string_view message) override;
  /// Logs the first report and each change, but no repetition.
  void health(std::string_view backend, Health health, std::string_view reason) override;
  /// Refuses a name that is not snake_case, and more metrics than a page can show. Returns the same handle
  /// for a metric that the backend registered before.
  std::uint64_t registerMetric(std::string_view backend, MetricKind kind, std::string_view name,
                               std::string_view help) override;
  void addMetric(std::uint64_t metric, std::uint64_t amount) override;
  void setMetric(std::uint64_t metric, std::int64_t value) override;

  /// Returns the health last reported; up if there was no report.
  Health healthOf(std::string_view backend) const;
  /// Returns all metrics, ordered by name, then by backend.
  std::vector<BackendMetric> metrics() const;

 private:
  // The value changes per operation, so it is accessed without the lock; the rest is fixed at registration.
  struct Metric {
    BackendMetric described;
    std::atomic<std::int64_t> value{0};
  };
  static constexpr std::size_t kMaxMetrics = 256;

  Metric* find(std::uint64_t handle, MetricKind kind);

  const Logger& logger_;
  mutable std::mutex mutex_;
  std::map<std::string, Health, std::less<>> health_;
  std::array<Metric, kMaxMetrics> metrics_;
  std::atomic<std::size_t> metricCount_{0};
};

}  // namespace larder::host

#endif
