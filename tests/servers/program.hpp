// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_PROGRAM_HPP
#define LARDER_SERVERS_PROGRAM_HPP

#include <filesystem>
#include <string_view>

namespace larder::servers {

/// Returns the path of a program in PATH or in /usr/sbin and similar directories, where servers are
/// installed. If there is none, throws std::runtime_error that names the Debian `package` to install.
std::filesystem::path findProgram(std::string_view name, std::string_view package);

/// Returns true if `file` is executable.
bool isProgram(const std::filesystem::path& file);

}  // namespace larder::servers

#endif
