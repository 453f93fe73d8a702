// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_ROUTE_KEYS_HPP
#define LARDER_CONFIG_ROUTE_KEYS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/setting.hpp"

namespace larder::host {

/// Checks a setting of a section [route."METHOD PATTERN"] and stores it in `config`, replacing an earlier
/// value. Throws ConfigError if the key is unknown or its value has the wrong type or is out of range.
void applyRoute(const Setting& setting, Config& config);

/// Returns the keys of such a section.
std::vector<std::string> routeKeys();

/// Returns the key for a policy rule that code calls `rule` ("staleIfError"), or an empty string if
/// configuration cannot set it.
std::string_view routeKeyOf(std::string_view rule);

/// Returns the rule that `key`, one of RouteConfig::sources, sets.
std::string_view ruleOfRouteKey(std::string_view key);

}  // namespace larder::host

#endif
