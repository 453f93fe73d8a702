// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_READ_FILE_HPP
#define LARDER_CONFIG_READ_FILE_HPP

#include <filesystem>
#include <string>

namespace larder::host {

/// Returns the contents of a regular file of at most 1 MiB. Throws ConfigError naming the file for anything
/// else: opening or reading a FIFO or a device could block forever. `place` is the message's prefix.
std::string readRegularFile(const std::filesystem::path& file, const std::string& place = {});

/// Returns the first line without trailing spaces: deployments keep secrets in such files.
std::string firstLineOf(const std::filesystem::path& file, const std::string& place = {});

}  // namespace larder::host

#endif
