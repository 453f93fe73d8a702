// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CHECK_CHILD_HPP
#define LARDER_CHECK_CHILD_HPP

#include <chrono>
#include <string>
#include <vector>

namespace larder::host {

/// How a process ended and what it said.
struct ChildEnd {
  bool timedOut = false;  ///< it was killed
  int signal = 0;         ///< that ended it, or 0
  int exitStatus = 0;     ///< if no signal did
  std::string report;     ///< what it wrote to the report's file descriptor
  std::string output;     ///< stdout and stderr together; the end of it is missing if it was much
  std::chrono::milliseconds took{0};
};

/// Runs a program in a process group of its own, with its input empty, and waits for it, for `timeout` at
/// the longest; then it and what it started are killed. The first of `arguments` is the program's path.
/// Throws std::system_error if it can't be run. Any thread may call it.
ChildEnd runChild(const std::vector<std::string>& arguments, std::chrono::milliseconds timeout);

}  // namespace larder::host

#endif
