// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_ROUTE_KEYS_HPP
#define LARDER_CONFIG_ROUTE_KEYS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/setting.hpp"

namespace larder::host {

/// Checks a setting of a section [route."METHOD PATTERN"] and puts it into `config`, over what was there.
/// Throws ConfigError if the key is unknown or the value of the wrong kind or out of range.
void applyRoute(const Setting& setting, Config& config);

/// The keys of such a section.
std::vector<std::string> routeKeys();

/// The key that gives a rule of a policy, by the name that the rule has in code ("staleIfError"); empty where
/// a configuration does not.
std::string_view routeKeyOf(std::string_view rule);

/// The rule that a key gives, with the same names; `key` is one of RouteConfig::sources.
std::string_view ruleOfRouteKey(std::string_view key);

}  // namespace larder::host

#endif
