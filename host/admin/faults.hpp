// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_FAULTS_HPP
#define LARDER_ADMIN_FAULTS_HPP

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "admin/event_counts.hpp"
#include "logging/logger.hpp"

namespace larder::host {

/// Counts the faults behind responses. Logs at most one per second, and the same line again only after a
/// minute, so that an outage does not log one line per request. Thread-safe; the logger must outlive it.
class Faults {
 public:
  explicit Faults(const Logger& logger) : logger_(logger) {}

  void report(std::string_view endpoint, std::string_view what) {
    counts_.add(endpoint);
    if (isNews(endpoint, what)) logger_.log(LogLevel::error, "serve", what, {{"endpoint", endpoint}});
  }
  const EventCounts& counts() const { return counts_; }

 private:
  bool isNews(std::string_view endpoint, std::string_view what) {
    auto line = std::string(endpoint).append("\n").append(what);
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    const auto pause = line == last_ ? kRepetition : kPause;
    if (logged_ && now - *logged_ < pause) return false;
    logged_ = now;
    last_ = std::move(line);
    return true;
  }

  static constexpr std::chrono::seconds kPause{1};
  static constexpr std::chrono::seconds kRepetition{60};

  const Logger& logger_;
  EventCounts counts_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> logged_;
  std::string last_;
};

}  // namespace larder::host

#endif
