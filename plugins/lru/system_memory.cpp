// SPDX-License-Identifier: Apache-2.0
#include "system_memory.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

namespace larder::lru {
namespace {

constexpr std::uint64_t kUnknown = UINT64_MAX;
// Assumed if the system reports no memory size.
constexpr std::uint64_t kAssumed = std::uint64_t{2} << 30;

std::uint64_t machineMemory(const std::string& root) {
  std::ifstream file(root + "/proc/meminfo");
  std::string name;
  std::uint64_t kib = 0;
  if (file >> name >> kib && name == "MemTotal:") return kib * 1024;
  return kUnknown;
}

std::uint64_t limitIn(const std::string& file) {
  std::ifstream stream(file);
  std::string text;
  stream >> text;
  std::uint64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  return error == std::errc() && end == text.data() + text.size() && limit > 0 ? limit : kUnknown;
}

// Returns the lowest limit from the group up to the root of its hierarchy.
std::uint64_t leastLimit(const std::string& mount, std::string group, const std::string& file) {
  std::uint64_t least = kUnknown;
  for (;;) {
    least = std::min(least, limitIn(mount + group + "/" + file));
    const auto slash = group.rfind('/');
    if (slash == std::string::npos) return least;
    group.resize(slash);
  }
}

std::uint64_t controlGroupLimit(const std::string& root) {
  std::ifstream file(root + "/proc/self/cgroup");
  std::uint64_t least = kUnknown;
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty())
      least = std::min(least, leastLimit(root + "/sys/fs/cgroup", group, "memory.max"));
    if (controllers == "memory")
      least = std::min(least, leastLimit(root + "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
  }
  return least;
}

}  // namespace

std::uint64_t systemMemory(const std::string& root) {
  const std::uint64_t memory = std::min(machineMemory(root), controlGroupLimit(root));
  return memory == kUnknown ? kAssumed : memory;
}

}  // namespace larder::lru
