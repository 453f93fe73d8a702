// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ADMIN_TOKEN_HPP
#define LARDER_ADMIN_ADMIN_TOKEN_HPP

#include <optional>
#include <string>

#include "config/config.hpp"

namespace larder::host {

/// The first line of admin.token_file, for who asks as for who answers; nullopt if none is configured. Throws
/// ConfigError if it cannot be read or holds no token.
std::optional<std::string> adminToken(const AdminConfig& config);

}  // namespace larder::host

#endif
