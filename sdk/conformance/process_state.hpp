// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_PROCESS_STATE_HPP
#define LARDER_CONFORMANCE_PROCESS_STATE_HPP

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace larder::conformance {

/// What this process has, as /proc tells.
std::set<std::string> threadIds();
std::size_t openFiles();

std::string threadName(const std::string& thread_id);
/// One bit for each blocked signal; bit n-1 is signal n.
std::uint64_t blockedSignals(const std::string& thread_id);

}  // namespace larder::conformance

#endif
