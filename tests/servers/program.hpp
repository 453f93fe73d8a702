// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_PROGRAM_HPP
#define LARDER_SERVERS_PROGRAM_HPP

#include <filesystem>
#include <string_view>

namespace larder::servers {

/// The path of a program in PATH (with /usr/sbin and the like, where servers live). Throws
/// std::runtime_error naming the Debian `package` to install if there is none.
std::filesystem::path findProgram(std::string_view name, std::string_view package);

/// True if `file` may be executed.
bool isProgram(const std::filesystem::path& file);

}  // namespace larder::servers

#endif
