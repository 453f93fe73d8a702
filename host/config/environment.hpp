// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_ENVIRONMENT_HPP
#define LARDER_CONFIG_ENVIRONMENT_HPP

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// Values by variable name.
using Environment = std::map<std::string, std::string>;

/// Holds the token that commands send to a running host. It corresponds to no configuration key.
inline constexpr std::string_view kAdminTokenVariable = "LARDER_ADMIN_TOKEN";

/// Returns this process's LARDER_ variables. No other thread may change the environment meanwhile.
Environment larderEnvironment();

/// Applies the variables that name configuration keys to `config`, replacing earlier values:
/// LARDER_CACHE_EXPIRE sets cache.expire, LARDER_BACKENDS_REDIS_URL sets the option `url` of
/// [backends.redis]. A variable ending in _FILE names a file whose first line is the value. `backends` lists
/// backend names in addition to those of `config`; they determine where a name that contains underscores
/// ends. Throws ConfigError.
void applyEnvironment(const Environment& environment, const std::set<std::string>& backends, Config& config);

/// Returns one line for each variable that names no key, with the closest key: it is a typo or meant for
/// another program.
std::vector<std::string> unknownVariables(const Environment& environment);

}  // namespace larder::host

#endif
