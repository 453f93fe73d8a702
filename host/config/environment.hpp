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

/// Variables by name.
using Environment = std::map<std::string, std::string>;

/// Names no key: the token with which commands ask a running host.
inline constexpr std::string_view kAdminTokenVariable = "LARDER_ADMIN_TOKEN";

/// The LARDER_ variables of this process. Not while another thread changes the environment.
Environment larderEnvironment();

/// Puts the variables that name keys into `config`, over what was there: LARDER_CACHE_EXPIRE is cache.expire,
/// and LARDER_BACKENDS_REDIS_URL the option `url` of [backends.redis]. With _FILE behind it a variable names
/// a file whose first line is the value. `backends` are names of backends beside those of `config`: they
/// decide where the name ends that has underscores. Throws ConfigError.
void applyEnvironment(const Environment& environment, const std::set<std::string>& backends, Config& config);

/// One line for each variable that names nothing, with the nearest key: a slip, or meant for another program.
std::vector<std::string> unknownVariables(const Environment& environment);

}  // namespace larder::host

#endif
