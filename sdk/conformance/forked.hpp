// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_FORKED_HPP
#define LARDER_CONFORMANCE_FORKED_HPP

#include <chrono>
#include <functional>
#include <string>

namespace larder::conformance {

/// Runs `work` in a forked copy of this process, which then exits like a normal program, with the return
/// value of `work`. Returns how the copy ended: "exit 0", "SIGSEGV", "did not end in time". Call it before
/// this process has other threads.
std::string endOfFork(const std::function<int()>& work, std::chrono::milliseconds timeout);

}  // namespace larder::conformance

#endif
