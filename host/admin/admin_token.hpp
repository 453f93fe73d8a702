// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_TOKEN_HPP
#define LARDER_ADMIN_ADMIN_TOKEN_HPP

#include <optional>
#include <string>

#include "config/config.hpp"

namespace larder::host {

/// Returns the first line of admin.token_file, for clients as well as the host; nullopt if none is
/// configured. Throws ConfigError if the file cannot be read or contains no token.
std::optional<std::string> adminToken(const AdminConfig& config);

}  // namespace larder::host

#endif
