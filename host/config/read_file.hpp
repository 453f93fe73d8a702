// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_READ_FILE_HPP
#define LARDER_CONFIG_READ_FILE_HPP

#include <filesystem>
#include <string>

namespace larder::host {

/// Returns all bytes of a regular file of at most 1 MiB. Throws ConfigError, which names the file, if it is
/// anything else: opening or reading a FIFO or a device could block for ever. `place` begins the message.
std::string readRegularFile(const std::filesystem::path& file, const std::string& place = {});

/// Its first line, without the line end and spaces before that: a secret that a deployment keeps in a file.
std::string firstLineOf(const std::filesystem::path& file, const std::string& place = {});

}  // namespace larder::host

#endif
