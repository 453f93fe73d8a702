// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_KNOWN_KEYS_HPP
#define LARDER_CONFIG_KNOWN_KEYS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/setting.hpp"

namespace larder::host {

/// Checks one setting and stores it in `config`, replacing an earlier value. Throws ConfigError if the key is
/// unknown or its value has the wrong type or is out of range.
void apply(const Setting& setting, Config& config);

/// A key that every configuration has, as opposed to the keys of backends and routes.
struct FixedKey {
  std::string_view section;
  std::string_view name;
};
std::vector<FixedKey> fixedKeys();

/// Return key names ("cache.expire"): of the keys that a reload applies, and of those read only at start.
std::vector<std::string> liveKeys();
std::vector<std::string> startKeys();

}  // namespace larder::host

#endif
