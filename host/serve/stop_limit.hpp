// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_STOP_LIMIT_HPP
#define LARDER_SERVE_STOP_LIMIT_HPP

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "logging/logger.hpp"

namespace larder::host {

/// Bounds the time from a stop signal to the end of the process: a handler or plugin that does not return
/// cannot be interrupted, nor its thread joined. Construct it before anything that may be slow to start or
/// stop, so that it is destroyed last. Call its functions on one thread.
class StopLimit {
 public:
  /// `logger` must outlive it.
  explicit StopLimit(const Logger& logger) : logger_(logger) {}

  /// Ends the process with `exitStatus`, immediately and without running destructors, if this object still
  /// exists after `limit`. Call it once.
  void begin(std::chrono::milliseconds limit, int exitStatus);

  /// Ends the process immediately, without running destructors.
  [[noreturn]] void endNow(int exitStatus) const;

 private:
  void watch(const std::stop_token& stopped, std::chrono::milliseconds limit, int exitStatus);

  const Logger& logger_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: its destructor stops and joins it while the other members still exist
};

}  // namespace larder::host

#endif
