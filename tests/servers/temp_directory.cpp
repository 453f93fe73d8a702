// SPDX-License-Identifier: Apache-2.0
#include "temp_directory.hpp"

#include <stdlib.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace larder::servers {

TempDirectory::TempDirectory(std::string_view label) {
  std::string name = "/tmp/larder-" + std::string(label) + "-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace larder::servers
