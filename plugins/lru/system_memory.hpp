// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SYSTEM_MEMORY_HPP
#define LARDER_LRU_SYSTEM_MEMORY_HPP

#include <cstdint>
#include <string>

namespace larder::lru {

/// The bytes of memory that this process may have: the machine's, or the least limit of the process's control
/// group and those above it. `root` is where /proc and /sys are; other than "" only in tests.
std::uint64_t systemMemory(const std::string& root = "");

}  // namespace larder::lru

#endif
