// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGGING_LINE_SINK_HPP
#define LARDER_LOGGING_LINE_SINK_HPP

#include <mutex>
#include <string>

namespace larder::host {

/// Writes whole lines to a file descriptor. Thread-safe. Never blocks: it drops a line that a pipe has no
/// room for, or that is longer than 4096 bytes.
class LineSink {
 public:
  /// Writes to `descriptor`, which the caller owns; 1 is stdout. All lines for one descriptor must go through
  /// one sink.
  explicit LineSink(int descriptor = 1) : descriptor_(descriptor) {}

  /// `line` includes its line end.
  void write(const std::string& line);

 private:
  const int descriptor_;
  std::mutex mutex_;  // guards the room that poll() reports
};

}  // namespace larder::host

#endif
