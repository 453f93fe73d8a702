// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_DIGEST_HPP
#define LARDER_LOADING_PLUGIN_DIGEST_HPP

#include <string>
#include <vector>

#include "loading/plugin_file.hpp"

namespace larder {

/// The SHA-256 of the file's bytes: 64 hex digits in lower case.
std::string sha256Of(const PluginFile& file);

/// Throws PluginError if `allowed` is not empty and the file's SHA-256 is not among it, in either case.
void checkDigest(const PluginFile& file, const std::vector<std::string>& allowed);

}  // namespace larder

#endif
