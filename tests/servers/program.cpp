// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>

namespace larder::servers {

bool isProgram(const std::filesystem::path& file) {
  return std::filesystem::is_regular_file(file) && ::access(file.c_str(), X_OK) == 0;
}

std::filesystem::path findProgram(std::string_view name, std::string_view package) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(std::string(path == nullptr ? "" : path) +
                                 ":/usr/local/bin:/usr/bin:/usr/sbin");
  for (std::string directory; std::getline(directories, directory, ':');) {
    std::filesystem::path candidate = std::filesystem::path(directory) / name;
    if (!directory.empty() && isProgram(candidate)) return candidate;
  }
  throw std::runtime_error(std::string(name) + " is not installed: apt-get install " + std::string(package));
}

}  // namespace larder::servers
