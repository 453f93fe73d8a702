// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CHECK_CHILD_HPP
#define LARDER_CHECK_CHILD_HPP

#include <chrono>
#include <string>
#include <vector>

namespace larder::host {

/// How a process ended, and its output.
struct ChildEnd {
  bool timedOut = false;  ///< it was killed at the time limit
  int signal = 0;         ///< the signal that ended it, or 0
  int exitStatus = 0;     ///< valid if no signal ended it
  std::string report;     ///< the bytes written to the report's file descriptor
  std::string output;     ///< stdout and stderr together; long output is cut at the end
  std::chrono::milliseconds took{0};
};

/// Runs a program in a process group of its own, with empty input, and blocks until it ends, for at most
/// `timeout`; then kills it and every process that it started. The first of `arguments` is the program's
/// path. Throws std::system_error if the program cannot be run. Thread-safe.
ChildEnd runChild(const std::vector<std::string>& arguments, std::chrono::milliseconds timeout);

}  // namespace larder::host

#endif
