// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_WAITING_THREADS_HPP
#define LARDER_WAITING_THREADS_HPP

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "servers/text.hpp"

namespace larder::tests {

/// Returns the id of this process's first thread of that name; nullopt if there is none.
inline std::optional<pid_t> threadNamed(std::string_view name) {
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", gone))
    if (servers::contentsOf(task.path() / "comm") == std::string(name) + "\n")
      return std::stoi(task.path().filename());
  return std::nullopt;
}

/// Returns true if a thread of this process is asleep in the kernel, where a thread waits for others.
inline bool isAsleep(pid_t thread) {
  const auto stat = servers::contentsOf("/proc/self/task/" + std::to_string(thread) + "/stat");
  const auto end_of_name = stat.rfind(") ");  // the state follows the name in parentheses
  return end_of_name != std::string::npos && stat[end_of_name + 2] == 'S';
}

}  // namespace larder::tests

#endif
