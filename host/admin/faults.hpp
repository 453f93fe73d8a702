// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_FAULTS_HPP
#define LARDER_ADMIN_FAULTS_HPP

#include <chrono>
#include <string_view>

#include "admin/event_counts.hpp"
#include "logging/log_limit.hpp"
#include "logging/logger.hpp"

namespace larder::host {

/// What went wrong behind responses: counts every fault and logs one per second. Thread-safe; the logger must
/// outlive it.
class Faults {
 public:
  explicit Faults(const Logger& logger) : logger_(logger) {}

  void report(std::string_view endpoint, std::string_view what) {
    counts_.add(endpoint);
    if (limit_.admits()) logger_.log(LogLevel::error, "serve", what, {{"endpoint", endpoint}});
  }
  const EventCounts& counts() const { return counts_; }

 private:
  const Logger& logger_;
  EventCounts counts_;
  LogLimit limit_{std::chrono::seconds(1)};
};

}  // namespace larder::host

#endif
