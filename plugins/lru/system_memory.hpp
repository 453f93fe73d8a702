// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SYSTEM_MEMORY_HPP
#define LARDER_LRU_SYSTEM_MEMORY_HPP

#include <cstdint>
#include <string>

namespace larder::lru {

/// Returns the bytes of memory available to this process: the machine's memory, or the lowest limit of the
/// process's control group and its ancestors if that is lower. `root` is the prefix of /proc and /sys; only
/// tests pass one.
std::uint64_t systemMemory(const std::string& root = "");

}  // namespace larder::lru

#endif
