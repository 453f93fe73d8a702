// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_KNOWN_KEYS_HPP
#define LARDER_CONFIG_KNOWN_KEYS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/setting.hpp"

namespace larder::host {

/// Checks one setting and puts it into `config`, over what was there. Throws ConfigError if the key is
/// unknown or the value of the wrong kind or out of range.
void apply(const Setting& setting, Config& config);

/// A key that every configuration has, unlike those of backends and routes.
struct FixedKey {
  std::string_view section;
  std::string_view name;
};
std::vector<FixedKey> fixedKeys();

/// Their names, "cache.expire": of those that a reload takes over, and of those that are read at the start
/// only.
std::vector<std::string> liveKeys();
std::vector<std::string> startKeys();

}  // namespace larder::host

#endif
