// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_DIGEST_HPP
#define LARDER_LOADING_PLUGIN_DIGEST_HPP

#include <string>
#include <vector>

#include "loading/plugin_file.hpp"

namespace larder {

/// Returns the SHA-256 of the file's bytes as 64 lower-case hex digits. Throws PluginError if it cannot be
/// computed.
std::string sha256Of(const PluginFile& file);

/// Throws PluginError if `allowed` is not empty and lacks the file's SHA-256. Upper and lower case are equal.
void checkDigest(const PluginFile& file, const std::vector<std::string>& allowed);

}  // namespace larder

#endif
