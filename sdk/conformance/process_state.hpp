// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_PROCESS_STATE_HPP
#define LARDER_CONFORMANCE_PROCESS_STATE_HPP

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace larder::conformance {

/// The state of this process according to /proc.
std::set<std::string> threadIds();
std::size_t openFiles();

std::string threadName(const std::string& thread_id);
/// Returns one bit per blocked signal; bit n-1 is signal n.
std::uint64_t blockedSignals(const std::string& thread_id);

}  // namespace larder::conformance

#endif
