// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_STOP_LIMIT_HPP
#define LARDER_SERVE_STOP_LIMIT_HPP

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "logging/logger.hpp"

namespace larder::host {

/// Keeps the promise of when the process is gone: a handler that does not return can't be interrupted, and
/// its thread can't be joined. Made before whatever may be slow to stop, so that it goes last.
class StopLimit {
 public:
  /// `logger` must outlive it.
  explicit StopLimit(const Logger& logger) : logger_(logger) {}

  /// From now on: if this object is still there after `limit`, the process ends with `exit_status`, at once
  /// and without destructors. Once.
  void begin(std::chrono::milliseconds limit, int exit_status);

 private:
  void watch(const std::stop_token& stopped, std::chrono::milliseconds limit, int exit_status);

  const Logger& logger_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: its destructor stops and joins it while the rest is still there
};

}  // namespace larder::host

#endif
