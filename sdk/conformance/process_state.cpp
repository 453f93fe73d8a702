// SPDX-License-Identifier: Apache-2.0
#include "process_state.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace larder::conformance {
namespace {

constexpr auto kThreads = "/proc/self/task";

}  // namespace

std::set<std::string> threadIds() {
  std::set<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(kThreads)) ids.insert(entry.path().filename());
  return ids;
}

std::size_t openFiles() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::string threadName(const std::string& thread_id) {
  std::ifstream file(std::filesystem::path(kThreads) / thread_id / "comm");
  std::string name;
  std::getline(file, name);
  return name;
}

std::uint64_t blockedSignals(const std::string& thread_id) {
  std::ifstream file(std::filesystem::path(kThreads) / thread_id / "status");
  const std::string label = "SigBlk:";
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(label)) return std::stoull(line.substr(label.size()), nullptr, 16);
  return 0;
}

}  // namespace larder::conformance
