// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_TEXT_HPP
#define LARDER_SERVERS_TEXT_HPP

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace larder::servers {

/// Returns the contents of the file; empty if it cannot be read.
inline std::string contentsOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace larder::servers

#endif
