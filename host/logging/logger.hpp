// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGGING_LOGGER_HPP
#define LARDER_LOGGING_LOGGER_HPP

#include <larder/host_services.hpp>

#include <atomic>
#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

namespace larder::host {

struct LogField {
  std::string_view name;
  std::string_view value;
};

/// Returns "2026-11-23T11:00:00.123Z". `time` counts from 1970 UTC.
std::string formatTime(std::chrono::milliseconds time);

/// Returns "2026-11-23T11:00:00.123Z info serve: listening address=127.0.0.1:8080", with a line end. Quotes
/// values that are empty or hold a space, a quote or '='. Escapes control characters, so that text from
/// outside cannot forge a line. A line has at most 4096 bytes; the rest is cut. `time` counts from 1970 UTC.
std::string formatLogLine(std::chrono::milliseconds time, LogLevel level, std::string_view component,
                          std::string_view message, std::initializer_list<LogField> fields);

/// Writes log lines to a file descriptor, each with one write. Thread-safe. Drops lines that cannot be
/// written: a full disk must not stop the server.
class Logger {
 public:
  /// Drops lines below `least`. Writes to `descriptor`, which the caller owns; 2 is stderr.
  explicit Logger(LogLevel least, int descriptor = 2) : least_(least), descriptor_(descriptor) {}

  LogLevel level() const { return least_.load(std::memory_order_relaxed); }
  void setLevel(LogLevel least) { least_.store(least, std::memory_order_relaxed); }

  void log(LogLevel level, std::string_view component, std::string_view message,
           std::initializer_list<LogField> fields = {}) const;

 private:
  std::atomic<LogLevel> least_;
  const int descriptor_;
};

}  // namespace larder::host

#endif
